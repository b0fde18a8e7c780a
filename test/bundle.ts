// Programs of tests that run as processes of their own: TypeScript made into one file that node can start.
import { build } from 'esbuild';
import { basename, join } from 'node:path';

/** Bundles the program `entry` (a .ts file) into `folder`; the file to start. May be called twice. */
export async function bundleProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(entry, '.ts')}.cjs`);
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}
