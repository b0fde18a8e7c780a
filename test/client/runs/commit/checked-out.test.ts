// A push to a branch that is checked out was refused after the run: `publish` could not help either.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { refuseCheckedOut } from '../../../../client/src/runs/commit/checked-out';
import { useTempFolders } from '../../temp-folder';

const tempFolder = useTempFolders();
const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
const AUTHOR = ['-c', 'user.name=a', '-c', 'user.email=a@b'];

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...AUTHOR, ...args], { env, encoding: 'utf8', stdio: 'pipe' });

/** The error for a push from `root`/project to `root`/out; and whether git takes it. */
async function ask(root: string, branch = 'main'): Promise<{ said: string; taken: boolean }> {
  const project = join(root, 'project');
  mkdirSync(project);
  const config = { command: 'x', output_repository: { url: '../out', branch } };
  const said = await refuseCheckedOut(config, project, env).then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  );
  git(project, 'init', '-q');
  git(project, 'commit', '-q', '--allow-empty', '-m', 'results');
  try {
    git(project, 'push', '-q', '--force', '../out', `HEAD:refs/heads/${branch}`);
    return { said, taken: true };
  } catch {
    return { said, taken: false };
  }
}

const refused = (folder: string): object => ({
  said: expect.stringMatching(
    `ExpectedError: output_repository.url is ../out: its branch main is checked out in ${folder}, and git refuses a push`,
  ),
  taken: false,
});
const allowed = { said: '', taken: true };

test('with commits, and none', async () => {
  for (const makesCommit of [true, false]) {
    const root = tempFolder();
    git(root, 'init', '-q', '--initial-branch=main', 'out');
    if (makesCommit) git(join(root, 'out'), 'commit', '-q', '--allow-empty', '-m', 'x');
    expect(await ask(root)).toEqual(refused(join(root, 'out')));
  }
});

test('another branch, one that is nowhere checked out', async () => {
  const root = tempFolder();
  git(root, 'init', '-q', '--initial-branch=main', 'out');
  expect(await ask(root, 'results')).toEqual(allowed);
});

test.each(['ignore', 'warn', 'updateInstead', 'false', 'refuse', 'true'])(
  'receive.denyCurrentBranch=%s',
  async (value) => {
    const root = tempFolder();
    git(root, 'init', '-q', '--initial-branch=main', 'out');
    git(join(root, 'out'), 'config', 'receive.denyCurrentBranch', value);
    const isRefused = ['refuse', 'true'].includes(value);
    expect(await ask(root)).toEqual(isRefused ? refused(join(root, 'out')) : allowed);
  },
);

test('a bare one, without and with a work tree of its own', async () => {
  for (const hasWorkTree of [false, true]) {
    const root = tempFolder();
    git(root, 'init', '-q', '--bare', '--initial-branch=main', 'out');
    git(root, 'init', '-q', '--initial-branch=main', 'first');
    git(join(root, 'first'), 'commit', '-q', '--allow-empty', '-m', 'x');
    git(join(root, 'first'), 'push', '-q', '../out', 'main');
    if (hasWorkTree) git(join(root, 'out'), 'worktree', 'add', '-q', '../tree', 'main');
    expect(await ask(root)).toEqual(hasWorkTree ? refused(join(root, 'tree')) : allowed);
  }
});

test('another computer is not called', async () => {
  const config = { command: 'x', output_repository: { url: 'git@example.org:a/b.git', branch: 'main' } };
  await expect(refuseCheckedOut(config, tempFolder(), env)).resolves.toBeUndefined();
});
