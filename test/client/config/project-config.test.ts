import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig, findProjectConfig, requireProjectConfig } from '../../../client/src/config/project-config';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const ENV = { HOME: '/nonexistent', SHELL_NAME: 'from-the-shell', BOTH: 'from-the-shell', MYMLOPS_HOME: '/state' };
const MARK = '\uFEFF';

function projectWith(config: string, files: Record<string, string> = {}): string {
  const folder = tempFolder();
  writeFiles(folder, { 'mymlops.yml': config, ...files });
  return folder;
}

test('names come from .env, then from the environment; the state folder from the environment alone', () => {
  const config = 'commit: {command: x, setup: "$ONE $SHELL_NAME $BOTH $MYMLOPS_HOME"}\n';
  const dotenv = `${MARK}ONE=1\r\nBOTH=from-dotenv\r\nMYMLOPS_HOME=/elsewhere\r\n`;
  const found = findProjectConfig(projectWith(config, { '.env': dotenv }), ENV);
  expect(found?.config.commit?.setup).toBe('1 from-the-shell from-dotenv /state');
});

test('a name that every object has stood for the text of a function', () => {
  const folder = projectWith('commit: {command: x, setup: $constructor}\n', { '.env': 'A=1\n' });
  const checked = checkConfig(join(folder, 'mymlops.yml'), ENV);
  expect(checked).toMatchObject({ errors: [{ message: expect.stringMatching(/^\$constructor has no value:/) }] });
});

test('a folder named .env is not read as a file of names', () => {
  const folder = projectWith('commit: {command: $SHELL_NAME}\n');
  mkdirSync(join(folder, '.env'));
  expect(findProjectConfig(folder, ENV)?.config.commit?.command).toBe('from-the-shell');
});

test('a .env that is not UTF-8 is an error with its name', () => {
  const folder = projectWith('project: local\n');
  writeFileSync(join(folder, '.env'), Buffer.from('A=f\xfcr\n', 'latin1'));
  expect(() => findProjectConfig(folder, ENV)).toThrow(/\/\.env:1:4: this byte is not UTF-8/);
});

test('a byte order mark before the first key', () => {
  const folder = projectWith(`${MARK}projet: local\n`);
  expect(checkConfig(join(folder, 'mymlops.yml'), ENV)).toMatchObject({ errors: [{ line: 1, column: 1 }] });
});

test.each(['mymlops.yaml', 'mymlops.yml.txt', '.mymlops.yml'])('%s is nearly the name', (name) => {
  const folder = tempFolder();
  writeFiles(folder, { [name]: 'project: local\n' });
  expect(() => requireProjectConfig(folder, ENV)).toThrow(`only ${name}. Rename it: mv ${name} mymlops.yml`);
});

test('every error of the file is in the one that is thrown', () => {
  const folder = projectWith('projet: x\ncommit: {comand: y}\n');
  expect(() => findProjectConfig(folder, ENV)).toThrow(
    /mymlops\.yml:1:1: unknown key projet[^]*mymlops\.yml:2:10: unknown/,
  );
});
