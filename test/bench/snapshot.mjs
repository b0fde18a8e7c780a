// The snapshot of 5,000 files and 200 MB, one of them changed, against `git stash create` on the same tree.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { timePairs } from './pairs.mjs';

const SOURCE = fileURLToPath(new URL('../../client/src/snapshot/snapshot.ts', import.meta.url));
const FILES = 5000;
const FILE_BYTES = 40_000;
const FOLDERS = 100;
const ROUNDS = 21;
/** Until files count as unchanged, for git's index and for our own memory of them. */
const REST_MS = 2500;

/**
 * The function is called in this process, and git is a child of it: what is compared is the snapshot, not the start of
 * node (`help` is its bench).
 * @param {string} folder a temporary one
 * @param {(program: string, args: string[], cwd: string) => Promise<void>} run runs any program
 * @param {Record<string, string>} env
 */
export async function benchSnapshot(folder, run, env) {
  const project = join(folder, 'large-project');
  writeLargeProject(project, env);
  const { takeSnapshot } = await loadSnapshot(folder);
  await wait(REST_MS);
  execFileSync('git', ['status', '--porcelain'], { cwd: project, env });
  const changeOne = () => writeFileSync(join(project, 'changed.txt'), randomBytes(FILE_BYTES).toString('hex'));
  const snapshot = async () => {
    const tempFolder = mkdtempSync(join(folder, 'temp-'));
    const cacheFile = join(folder, 'file-cache.json');
    await takeSnapshot({
      folder: project,
      replaced: new Map(),
      stateFolder: join(folder, 'home'),
      cacheFile,
      env,
      tempFolder,
    });
    rmSync(tempFolder, { recursive: true });
  };
  const stash = () => run('git', ['stash', 'create'], project);
  changeOne();
  return timePairs({ snapshot }, stash, ROUNDS, { prepare: { snapshot: changeOne } });
}

async function loadSnapshot(folder) {
  const outfile = join(folder, 'snapshot.mjs');
  await build({ entryPoints: [SOURCE], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return import(pathToFileURL(outfile).href);
}

function writeLargeProject(project, env) {
  for (let index = 0; index < FOLDERS; index++) mkdirSync(join(project, `folder-${index}`), { recursive: true });
  for (let index = 0; index < FILES - 1; index++)
    writeFileSync(join(project, `folder-${index % FOLDERS}`, `file-${index}.bin`), randomBytes(FILE_BYTES));
  writeFileSync(join(project, 'changed.txt'), 'first');
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=b@localhost', ...args], { cwd: project, env });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'bench');
  git('config', 'user.email', 'b@localhost');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'bench');
}
