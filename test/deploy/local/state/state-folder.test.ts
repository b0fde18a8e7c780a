// The state folder: a damaged mark, and a path too long for a socket. The message is one sentence with the remedy.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionsSocketOf, markStateFolder, StateFolderError } from '../../../../deploy/local/state/state-folder';
import { useTempFolders } from '../../../client/temp-folder';

const tempFolder = useTempFolders();

const refusal = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof StateFolderError) return error.message;
    throw error;
  }
  return 'nothing was refused';
};

test.each(['', '{', '[]', 'null', '{}'])(
  'mymlops.json with the content %j was reported as a SyntaxError; its remedy works',
  (text) => {
    const folder = tempFolder();
    const file = join(folder, 'mymlops.json');
    writeFileSync(file, text);
    const message = refusal(() => markStateFolder(folder, 'mine'));
    expect(message).toContain(`${file} is damaged`);
    const [, line = 'false'] = /write it again: (.*)$/.exec(message) ?? [];
    execFileSync('sh', ['-c', line]);
    expect(markStateFolder(folder, 'mine')).toBeUndefined();
    expect(refusal(() => markStateFolder(folder, 'other'))).toContain('belongs to the deployment mine, not to other');
  },
);

test('a state folder with a long path where no temporary folder can be made', () => {
  const folder = join(tempFolder(), 'x'.repeat(100));
  const message = refusal(() => functionsSocketOf(folder, '/nonexistent'));
  expect(message).toBe('/nonexistent cannot be used for temporary files (ENOENT). Set TMPDIR to another folder');
});
