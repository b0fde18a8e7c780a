// Small files of the state folder that a full disk or an editor has damaged: one sentence with the file and the remedy.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityKeyOf } from '../../../../deploy/local/state/identity-key';
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
  'mymlops.json that holds %j was told as a SyntaxError; its remedy works',
  (text) => {
    const folder = tempFolder();
    const file = join(folder, 'mymlops.json');
    writeFileSync(file, text);
    const message = refusal(() => markStateFolder(folder, 'mine'));
    expect(message).toContain(`${file} is damaged`);
    const [, line = 'false'] = /write it anew: (.*)$/.exec(message) ?? [];
    execFileSync('sh', ['-c', line]);
    expect(markStateFolder(folder, 'mine')).toBeUndefined();
    expect(refusal(() => markStateFolder(folder, 'other'))).toContain('is the state of the deployment mine, not other');
  },
);

test('a key that is none is named; without it there is a new one', async () => {
  const folder = tempFolder();
  const file = join(folder, 'identity-key.pem');
  const first = await identityKeyOf(folder);
  expect(Object.keys((await identityKeyOf(folder)).publicKeys)).toEqual(Object.keys(first.publicKeys));
  writeFileSync(file, '');
  await expect(identityKeyOf(folder)).rejects.toThrow(`${file} is damaged. Delete it`);
  rmSync(file);
  expect(Object.keys((await identityKeyOf(folder)).publicKeys)).toHaveLength(1);
  expect(readFileSync(file, 'utf8')).toContain('KEY');
});

test('a state folder with a long path where no temporary folder can be made', () => {
  const folder = join(tempFolder(), 'x'.repeat(100));
  const message = refusal(() => functionsSocketOf(folder, '/nonexistent'));
  expect(message).toBe('/nonexistent cannot be used for temporary files (ENOENT): set TMPDIR to another folder');
});
