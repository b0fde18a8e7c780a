// `npm pack -w client` puts these beside the launcher: client, functions and local cloud, each at the place under packaged/
// that it has in the repository, so that they find one another in the same way. Built into an empty folder: the
// workspaces' own dist folders keep the chunks of earlier builds.
//
//   node pack.mjs             before packing
//   node pack.mjs --remove    after it
import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const packaged = here('../client/packaged');
const notices = here('../client/THIRD_PARTY_NOTICES');
const license = here('../client/LICENSE');

rmSync(packaged, { recursive: true, force: true });
rmSync(notices, { force: true });
rmSync(license, { force: true });
if (process.argv[2] !== '--remove') {
  const { status } = spawnSync(process.execPath, [here('build.mjs'), packaged], { stdio: ['ignore', 2, 2] });
  process.exitCode = status ?? 1;
  // Where people look for them.
  if (status === 0) {
    renameSync(here('../client/packaged/client/dist/THIRD_PARTY_NOTICES'), notices);
    // They are in the zip; in the repository, tests read them.
    rmSync(here('../client/packaged/functions/dist/vm'), { recursive: true });
    copyFileSync(here('../LICENSE'), license);
  }
}
