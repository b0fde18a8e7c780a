// TypeScript of this folder, made into one file that node can load.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { commonjsNames } from '../../scripts/commonjs-names.mjs';
import { neededProtos } from '../../scripts/needed-protos.mjs';

const entryOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The file to start, in `folder`. */
export async function bundled(name, folder) {
  const outfile = join(folder, name.replace(/\.ts$/, '.cjs'));
  const entryPoints = [entryOf(name)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

/** The same as scripts/build.mjs makes the functions: what is loaded late is a file of its own, and small. */
export async function bundledAsDeployed(name, folder) {
  const outdir = join(folder, name.replace(/\.ts$/, ''));
  await build({
    ...{ entryPoints: [entryOf(name)], outdir, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true },
    ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' },
    ...{ minifySyntax: true, minifyWhitespace: true, banner: { js: commonjsNames }, plugins: [neededProtos] },
  });
  return join(outdir, name.replace(/\.ts$/, '.mjs'));
}

export const importBundled = async (name, folder) =>
  (await import(pathToFileURL(await bundled(name, folder)).href)).default;
