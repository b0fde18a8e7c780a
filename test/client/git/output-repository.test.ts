import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOutputRepository, outputRepositoryOf } from '../../../client/src/git/output-repository';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test('an output repository that is a path is made once, with its branch; an address of another computer stays', async () => {
  const [state, project] = [tempFolder(), tempFolder()];
  const env = { PATH: process.env['PATH'], HOME: project, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const inside = await outputRepositoryOf({ url: join(state, 'r.git'), branch: 'results' }, project, env);
  expect(await makeOutputRepository(inside, env)).toBe(join(state, 'r.git'));
  expect(await makeOutputRepository(inside, env)).toBeNull();
  expect(readFileSync(join(state, 'r.git', 'HEAD'), 'utf8')).toBe('ref: refs/heads/results\n');
  expect(inside.author).toEqual({ name: 'mymlops', email: 'mymlops@localhost' });
  mkdirSync(join(project, 'sub'));
  const relative = await outputRepositoryOf({ url: '../out.git', branch: 'master' }, join(project, 'sub'), env);
  expect(relative.url).toBe(join(project, 'out.git'));
  const remote = await outputRepositoryOf({ url: 'git@example.org:a/b.git', branch: 'm' }, project, env);
  expect(remote.url).toBe('git@example.org:a/b.git');
  expect(await makeOutputRepository(remote, env)).toBeNull();
});

test("the author is the user's own", async () => {
  const folder = tempFolder();
  writeFiles(folder, { config: '[user]\n\tname = Ada\n\temail = ada@example.org\n' });
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: join(folder, 'config'), GIT_CONFIG_NOSYSTEM: '1' };
  const { author } = await outputRepositoryOf({ url: 'https://example.org/r.git', branch: 'm' }, folder, env);
  expect(author).toEqual({ name: 'Ada', email: 'ada@example.org' });
});
