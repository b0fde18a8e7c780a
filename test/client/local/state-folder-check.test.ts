import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireFreeSpace, requireUsableStateFolder } from '../../../client/src/local/state-folder-check';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test('a state folder can be anywhere below a folder that can be written', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'there'));
  for (const place of ['there', 'there/too', 'not/yet'])
    expect(requireUsableStateFolder(join(folder, place))).toBeUndefined();
});

test.each([
  ['file', /\/file cannot be the state folder: .*\/file is a file\. Set MYMLOPS_HOME/],
  ['file/below', /\/file\/below cannot be the state folder: .*\/file is a file\. Set MYMLOPS_HOME/],
  ['x'.repeat(300), /\(ENAMETOOLONG\)\. Set MYMLOPS_HOME/],
  // Its runs never came to an end.
  ['line\nbreak', /contains a line break or another control character\. Set MYMLOPS_HOME/],
])('%s cannot hold the state', (name, sentence) => {
  const folder = tempFolder();
  writeFiles(folder, { file: '' });
  expect(() => requireUsableStateFolder(join(folder, name))).toThrow(sentence);
});

test('a state folder whose disk is full is reported before anything is sent', () => {
  const place = join(tempFolder(), 'not/yet');
  expect(() => requireFreeSpace(place, () => ({ bavail: 10, bsize: 4096 }))).toThrow(
    /disk of .*\/not\/yet is full\. Free some space/,
  );
  expect(requireFreeSpace(place, () => ({ bavail: 300, bsize: 4096 }))).toBeUndefined();
});
