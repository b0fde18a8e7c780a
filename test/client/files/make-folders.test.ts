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
  ['file', (root: string) => `${root}/file cannot be made: a file is in its place. Name another folder.`],
  ['file/a/b', (root: string) => `${root}/file/a/b cannot be made: ${root}/file is a file. Name another folder.`],
  ['link', (root: string) => `${root}/link cannot be made: a link that leads to no folder is in its place. `],
  ['link/a', (root: string) => `${root}/link/a cannot be made: ${root}/link is a link that leads to no folder. `],
  ['x'.repeat(300), () => 'cannot be made: the name is too long. '],
])('%s: one sentence says why not', (path, sentence) => {
  const root = tempFolder();
  writeFiles(root, { file: '' });
  symlinkSync('nowhere', join(root, 'link'));
  expect(() => makeFolders(join(root, path))).toThrow(
    expect.objectContaining({ name: 'ExpectedError', message: expect.stringContaining(sentence(root)) }),
  );
});

test('where nobody may write', () => {
  const root = tempFolder();
  chmodSync(root, 0o555);
  asNobody(() => {
    expect(() => makeFolders(join(root, 'a/b'))).toThrow('a/b cannot be made: you may not write there. ');
  });
});

testOn('linux')('a folder in /proc was tried for ever', () => {
  expect(() => makeFolders('/proc/zz/new')).toThrow('/proc/zz/new cannot be made: nothing can be made there. ');
});

testOn('linux')(
  'init in /proc/zz never ended, and SIGTERM did not end it',
  () => {
    const options = { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' } as const;
    const { status, stderr } = spawnSync(process.execPath, [CLIENT, 'init', '/proc/zz/new'], options);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: '/proc cannot be written: nothing can be made there. Nothing was changed. Name another folder.\n',
    });
    expect(existsSync('/proc/zz')).toBe(false);
  },
  30_000,
);
