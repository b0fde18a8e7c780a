import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localRunEnvironment } from '../../../client/src/source/environment';
import { makeOutputRepository, outputRepositoryOf } from '../../../client/src/source/output-repository';
import { parseParameters } from '../../../client/src/source/parameters';
import { requirePrograms } from '../../../client/src/source/programs';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test('parameters are JSON scalars where they look like one, else text', () => {
  const pairs = [
    'lr=0.1',
    'n=3',
    'on=true',
    'none=null',
    'name=adam',
    'eq=a=b',
    'quoted="3"',
    'list=[1]',
    'big=12345678901234567890',
    'empty=',
  ];
  expect(parseParameters(pairs)).toEqual({
    lr: 0.1,
    n: 3,
    on: true,
    none: null,
    name: 'adam',
    eq: 'a=b',
    quoted: '3',
    list: '[1]',
    big: '12345678901234567890',
    empty: '',
  });
  expect(() => parseParameters(['x'])).toThrow('NAME=VALUE');
  expect(() => parseParameters(['x=1', 'x=2'])).toThrow('twice');
});

test.each([
  [{ platform: 'linux' as const, osRelease: 'ID=ubuntu\nID_LIKE=debian\n' }, 'sudo apt-get install -y git curl'],
  [
    { platform: 'linux' as const, osRelease: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' },
    'sudo dnf install -y git curl',
  ],
  [{ platform: 'linux' as const, osRelease: 'ID=alpine\n' }, 'sudo apk add git curl'],
  [{ platform: 'darwin' as const, osRelease: '' }, 'brew install git curl'],
])('missing programs are named with the line that installs them', (system, line) => {
  expect(() => requirePrograms(['git', 'curl'], { PATH: tempFolder() }, system)).toThrow(line);
});

test('a program counts where it can be run', () => {
  const folder = tempFolder();
  writeFiles(folder, { git: '' });
  expect(() => requirePrograms(['git'], { PATH: folder })).toThrow('git is needed');
  expect(() => requirePrograms(['git'], { PATH: process.env['PATH'] })).not.toThrow();
});

test("a local run gets what finds the user's Python, and no more", () => {
  const given = localRunEnvironment({ PATH: '/bin', HOME: '/home/u', AWS_SECRET: 's', JUPYTER_PATH: '/j' });
  expect(given).toEqual({
    PATH: '/bin',
    PYTHONUSERBASE: '/home/u/.local',
    JUPYTER_PATH: '/j:/home/u/.local/share/jupyter',
  });
});

test('an output repository inside the state folder is made, with its branch; elsewhere nothing is', async () => {
  const [state, project] = [tempFolder(), tempFolder()];
  const env = { PATH: process.env['PATH'], HOME: project, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const inside = await outputRepositoryOf({ url: join(state, 'r.git'), branch: 'results' }, project, env);
  await makeOutputRepository(inside, state, env);
  expect(readFileSync(join(state, 'r.git', 'HEAD'), 'utf8')).toBe('ref: refs/heads/results\n');
  expect(inside.author).toEqual({ name: 'mymlops', email: 'mymlops@localhost' });
  const outside = await outputRepositoryOf({ url: './out.git', branch: 'master' }, project, env);
  await makeOutputRepository(outside, state, env);
  expect(outside.url).toBe(join(project, 'out.git'));
  expect(existsSync(outside.url)).toBe(false);
  expect((await outputRepositoryOf({ url: 'git@example.org:a/b.git', branch: 'm' }, project, env)).url).toBe(
    'git@example.org:a/b.git',
  );
});

test("the author is the user's own", async () => {
  const folder = tempFolder();
  writeFiles(folder, { config: '[user]\n\tname = Ada\n\temail = ada@example.org\n' });
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: join(folder, 'config'), GIT_CONFIG_NOSYSTEM: '1' };
  const { author } = await outputRepositoryOf({ url: 'https://example.org/r.git', branch: 'm' }, folder, env);
  expect(author).toEqual({ name: 'Ada', email: 'ada@example.org' });
});

test('on Windows a program is found by its ending', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'git.exe'), '', { mode: 0o755 });
  const system = (platform: NodeJS.Platform) => ({ platform, osRelease: '' });
  expect(() => requirePrograms(['git'], { PATH: folder }, system('win32'))).not.toThrow();
  expect(() => requirePrograms(['git'], { PATH: folder }, system('linux'))).toThrow('git is needed');
});
