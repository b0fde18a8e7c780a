import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '../../../client/src/files/make-temp-folder';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([
  ['none', /none cannot be used for temporary files: it does not exist\. Set TMPDIR/],
  ['file', /it is not a folder\. Set TMPDIR/],
  ['file/below', /it is not a folder\. Set TMPDIR/],
])('TMPDIR that is %s was an error of mkdtemp', async (name, sentence) => {
  const folder = tempFolder();
  writeFiles(folder, { file: '' });
  await expect(makeTempFolder('x', join(folder, name))).rejects.toThrow(sentence);
  expect(existsSync(await makeTempFolder('x', folder))).toBe(true);
});

test('TMPDIR that is relative', async () => {
  const sentence = 'tmp cannot be used for temporary files: it is not an absolute path. Set TMPDIR to another folder';
  await expect(makeTempFolder('x', 'tmp')).rejects.toThrow(sentence);
});
