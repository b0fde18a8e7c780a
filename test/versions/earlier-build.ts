// An earlier commit of this repository, built beside it: its client, its functions, its agent.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** Folders with installed packages. Our own packages among them are links into the repository, and must be those of the commit. */
const INSTALLED = ['.', 'protocol', 'protocol/google', 'functions', 'client', 'deploy/local'];
const OWN = { protocol: 'protocol', google: 'protocol/google', functions: 'functions', local: 'deploy/local' };

export interface EarlierBuild {
  folder: string;
  /** The program of its client. */
  client: string;
}

/** The packages that are installed here serve it, too. `folder` is the caller's to remove. Throws where git does not have the commit. */
export function buildCommit(commit: string): EarlierBuild {
  requireCommit(commit);
  const folder = mkdtempSync(join(tmpdir(), 'mymlops-earlier-'));
  const git = (...args: string[]): void => void execFileSync('git', ['-C', folder, ...args], { stdio: 'pipe' });
  execFileSync('git', ['clone', '--quiet', '--shared', '--no-checkout', ROOT, folder], { stdio: 'pipe' });
  git('checkout', '--quiet', commit);
  for (const place of INSTALLED) linkPackages(place, folder);
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder, stdio: 'pipe' });
  return { folder, client: join(folder, 'client/bin/mymlops-client.cjs') };
}

function requireCommit(commit: string): void {
  try {
    execFileSync('git', ['-C', ROOT, 'cat-file', '-e', `${commit}^{commit}`], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`this clone lacks the commit ${commit}: its history is cut. Run: git fetch --unshallow`, {
      cause: error,
    });
  }
}

function linkPackages(place: string, folder: string): void {
  const from = join(ROOT, place, 'node_modules');
  const to = join(folder, place, 'node_modules');
  mkdirSync(to);
  for (const name of namesIn(from)) {
    if (name !== '@mymlops' && name !== '.bin') symlinkSync(join(from, name), join(to, name));
  }
  if (place !== '.') return;
  mkdirSync(join(to, '@mymlops'));
  for (const [name, own] of Object.entries(OWN)) symlinkSync(join(folder, own), join(to, '@mymlops', name), 'dir');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
