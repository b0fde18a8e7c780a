// The sentence for a file that cannot be read: never the system's own word for a folder.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreadable } from '../../../client/src/files/unreadable';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([
  ['folder', 'folder is a folder. Name a file.'],
  ['none', 'none does not exist. Name a file.'],
  ['file/below', 'file/below does not exist. Name a file.'],
])('%s', (name, sentence) => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  writeFiles(folder, { file: '' });
  let error: unknown;
  try {
    readFileSync(join(folder, name));
  } catch (caught) {
    error = unreadable(name, caught);
  }
  expect(error).toMatchObject({ name: 'ExpectedError', message: sentence });
});

test('another trouble comes in the words of the system, and a remedy in those of the caller', () => {
  const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  expect(unreadable('a', broken).message).toBe('a cannot be read: EIO: i/o error, read');
  const folder = Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
  expect(unreadable('a', folder, 'Correct deploy_key.').message).toBe('a is a folder. Correct deploy_key.');
});
