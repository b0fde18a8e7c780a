// TypeScript of this folder, made into one file that node can load.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The file to start, in `folder`. */
export async function bundled(name, folder) {
  const outfile = join(folder, name.replace(/\.ts$/, '.cjs'));
  const entry = fileURLToPath(new URL(name, import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

export const importBundled = async (name, folder) =>
  (await import(pathToFileURL(await bundled(name, folder)).href)).default;
