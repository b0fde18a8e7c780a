// Records which build of the local cloud uses a state folder: a client of another build warns about it.
import { join } from 'node:path';
import { RUNNING_BUILD_FILE, type RunningBuild } from '@mymlops/protocol';
import { writePrivateFile } from './private-files';

/** `build`: null where the program was not built by scripts/build.mjs. */
export function noteBuild(folder: string, build: string | null): void {
  if (build === null) return;
  const running: RunningBuild = { pid: process.pid, build };
  writePrivateFile(join(folder, RUNNING_BUILD_FILE), `${JSON.stringify(running)}\n`);
}
