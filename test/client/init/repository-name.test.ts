import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chooseRepositoryName, readableName } from '../../../client/src/init/repository-name';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([
  ['titanic', 'titanic'],
  ['mes données (v1)', 'mes-donnees-v1'],
  ['Über Größe', 'Uber-Große'],
  ["it's new", 'it-s-new'],
  ['..hidden', 'hidden'],
  ['--', 'project'],
  ['實驗 1', '實驗-1'],
  ['データ', 'データ'],
  ['가나', '가나'],
  ['हिन्दी', 'हिन्दी'],
  ['a: b #c', 'a-b-c'],
  ['x'.repeat(80), 'x'.repeat(50)],
])('%s: %s.git', (folder, name) => expect(readableName(folder)).toBe(name));

describe('a name for', () => {
  let root = '';
  let state = '';
  const init = (path: string): string => {
    const folder = join(root, path);
    const name = chooseRepositoryName(folder, state);
    writeFiles(folder, { 'mymlops.yml': '' });
    return name;
  };
  beforeEach(() => {
    root = tempFolder();
    state = join(root, 'state');
  });

  test('two projects whose folders have one name: they got one repository', () => {
    expect([init('a/titanic'), init('b/titanic'), init('c/titanic')]).toEqual(['titanic', 'titanic-2', 'titanic-3']);
  });

  test('a project that is made anew in its folder: its own again', () => {
    init('a/titanic');
    expect(init('b/titanic')).toBe('titanic-2');
    rmSync(join(root, 'b/titanic'), { recursive: true });
    expect([init('b/titanic'), init('a/titanic')]).toEqual(['titanic-2', 'titanic']);
  });

  test('a project after one that is gone: its name, unless it left results', () => {
    init('a/titanic');
    rmSync(join(root, 'a'), { recursive: true });
    expect(init('b/titanic')).toBe('titanic');
    rmSync(join(root, 'b'), { recursive: true });
    mkdirSync(join(state, 'repositories/titanic.git'), { recursive: true });
    expect(init('c/titanic')).toBe('titanic-2');
  });

  test('a repository that was made before names were remembered: another', () => {
    mkdirSync(join(state, 'repositories/titanic.git'), { recursive: true });
    expect(init('a/titanic')).toBe('titanic-2');
  });

  test('a state folder that cannot be written: as if it were the first', () => {
    writeFiles(root, { state: 'a file' });
    expect(init('a/titanic')).toBe('titanic');
  });
});
