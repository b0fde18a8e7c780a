import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../../client/src/files/make-folders';
import { asNobody } from '../as-nobody';
import { testOn } from '../../parts';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();
const CLIENT = join(__dirname, '../../../client/bin/mymlops-client.cjs');

test('a folder and those above it; again it changes nothing', () => {
  const folder = join(tempFolder(), 'a/b c/d');
  makeFolders(folder, 0o700);
  makeFolders(folder);
  expect(statSync(join(folder, '..')).mode & 0o777).toBe(0o700);
});

test.each([
  ['file', (root: string) => `Cannot create ${root}/file: a file has that name. Choose another folder.`],
  ['file/a/b', (root: string) => `Cannot create ${root}/file/a/b: ${root}/file is a file. Choose another folder.`],
  ['link', (root: string) => `Cannot create ${root}/link: a link that does not lead to a folder has that name. `],
  ['link/a', (root: string) => `Cannot create ${root}/link/a: ${root}/link is a link that does not lead to a folder. `],
  ['x'.repeat(300), () => ': the name is too long. '],
])('%s: one sentence says why not', (path, sentence) => {
  const root = tempFolder();
  writeFiles(root, { file: '' });
  symlinkSync('nowhere', join(root, 'link'));
  expect(() => makeFolders(join(root, path))).toThrow(
    expect.objectContaining({ name: 'ExpectedError', message: expect.stringContaining(sentence(root)) }),
  );
});

test('a folder in which nobody may write', () => {
  const root = tempFolder();
  chmodSync(root, 0o555);
  asNobody(() => {
    expect(() => makeFolders(join(root, 'a/b'))).toThrow('a/b: you have no permission to write there. ');
  });
});

testOn('linux')('a folder in /proc was tried for ever', () => {
  expect(() => makeFolders('/proc/zz/new')).toThrow('Cannot create /proc/zz/new: nothing can be created there. ');
});

testOn('linux')('init in /proc/zz never ended, and SIGTERM did not end it', () => {
  const options = { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' } as const;
  const { status, stderr } = spawnSync(process.execPath, [CLIENT, 'init', '/proc/zz/new'], options);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'Cannot write to /proc: nothing can be created there. Nothing was changed. Choose another folder.\n',
  });
  expect(existsSync('/proc/zz')).toBe(false);
});
