// An output repository of another user: taken where the committing user has declared it safe, refused before a run else.
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { outputRepositoryOf } from '../../../client/src/git/output-repository';
import { isDeclaredSafe } from '../../../client/src/git/safe-repository';
import { env, git, tempFolder } from '../snapshot/projects';

const NOBODY = 65534;
const testAsRoot = process.getuid?.() === 0 ? test : test.skip;

function repositoryOfAnother(...options: string[]): string {
  const path = join(tempFolder(), 'out');
  git('/', 'init', '-q', ...options, path);
  const gitFolder = options.includes('--bare') ? path : join(path, '.git');
  chownSync(path, NOBODY, NOBODY);
  chownSync(gitFolder, NOBODY, NOBODY);
  return path;
}

const declared = (path: string): typeof env => {
  const file = join(tempFolder(), 'gitconfig');
  git('/', 'config', '--file', file, 'safe.directory', path);
  return { ...env, GIT_CONFIG_GLOBAL: file };
};

testAsRoot('one that is not declared safe is refused, with the words of git', async () => {
  const path = repositoryOfAnother('--bare');
  await expect(isDeclaredSafe(path, env)).rejects.toThrow(
    `output_repository.url is ${path}, which belongs to another user. git refuses it until you declare it safe: git config --global --add safe.directory ${path}`,
  );
  await expect(isDeclaredSafe(path, declared(`${path}/elsewhere`))).rejects.toThrow('belongs to another user');
});

testAsRoot('one that is declared safe is', async () => {
  const path = repositoryOfAnother('--bare');
  expect(await isDeclaredSafe(path, declared(path))).toBe(true);
  expect(await isDeclaredSafe(path, declared('*'))).toBe(true);
  const work = repositoryOfAnother();
  expect(await isDeclaredSafe(work, declared(join(work, '.git')))).toBe(true);
  const link = join(tempFolder(), 'link');
  symlinkSync(path, link);
  expect(await isDeclaredSafe(link, declared('*'))).toBe(true);
});

testAsRoot('the request says so of one that is, and nothing of others', async () => {
  const path = repositoryOfAnother('--bare');
  const config = { url: path, branch: 'main', author: { name: 'a', email: 'b' } };
  expect(await outputRepositoryOf(config, '/', declared(path))).toEqual({ ...config, safe: true });
  const own = { ...config, url: tempFolder() };
  expect(await outputRepositoryOf(own, '/', env)).toEqual(own);
});

test('git is not started for one of the user, for none, and for one without an owner', async () => {
  const none = { PATH: tempFolder() };
  const path = join(tempFolder(), 'out');
  git('/', 'init', '-q', '--bare', path);
  expect(await isDeclaredSafe(path, none)).toBe(false);
  expect(await isDeclaredSafe(join(path, 'nowhere'), none)).toBe(false);
  expect(await isDeclaredSafe(path, none, undefined)).toBe(false);
});

testAsRoot('a folder that git takes for no repository is not the matter of this', async () => {
  const path = join(tempFolder(), 'folder');
  mkdirSync(path);
  chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o755);
  expect(await isDeclaredSafe(path, env)).toBe(false);
});
