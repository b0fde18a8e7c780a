// What a machine may lack: a home folder, a place for the state, JSON that a terminal can be shown.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { showJson } from '../../../client/src/core/context';
import { describeFailure } from '../../../client/src/google/failures';
import { homeFolder } from '../../../client/src/files/home-folder';
import { requireLocalPlatform } from '../../../client/src/local/local-platform';
import { requireFreeSpace, requireUsableStateFolder } from '../../../client/src/local/state-folder-check';
import { makeTempFolder } from '../../../client/src/files/make-temp-folder';
import { testContext } from '../context';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

test.each([[{}], [{ HOME: '' }], [{ HOME: 'relative' }]])('with %j the state lay in the current folder', (env) => {
  expect(homeFolder(env, () => '/home/me')).toBe('/home/me');
});

test.each([
  ['no name', () => ''],
  [
    'no entry',
    (): string => {
      throw new Error('ENOENT');
    },
  ],
])('a user with %s is told to set HOME', (_what, systemHome) => {
  expect(() => homeFolder({}, systemHome)).toThrow('HOME is not set');
});

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
])('%s is no place for the state', (name, sentence) => {
  const folder = tempFolder();
  writeFiles(folder, { file: '' });
  expect(() => requireUsableStateFolder(join(folder, name))).toThrow(sentence);
});

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

test('a state folder whose disk is full is told before anything is sent', () => {
  const place = join(tempFolder(), 'not/yet');
  expect(() => requireFreeSpace(place, () => ({ bavail: 10, bsize: 4096 }))).toThrow(
    /disk of .*\/not\/yet is full\. Free some space/,
  );
  expect(requireFreeSpace(place, () => ({ bavail: 300, bsize: 4096 }))).toBeUndefined();
});

test('JSON holds nothing that a terminal obeys, and means the same', () => {
  const value = { notes: 'c1 \u009b31m, bidi \u202e, del \u007f, ü 😀' };
  const context = testContext();
  showJson(context, value);
  expect(context.printed()).toMatch(/^[\n -~ü😀]+$/u);
  expect(JSON.parse(context.printed())).toEqual(value);
});

test('what the system refuses comes with what to do', () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), { code: 'ENOSPC' });
  expect(describeFailure(full)).toBe(
    "mymlops-client failed: ENOSPC: no space left on device, write '/x'. The disk is full: free some space.",
  );
});

test('Windows is told in a sentence what a local run needs', () => {
  expect(() => requireLocalPlatform('win32')).toThrow(
    /^On Windows, runs on this computer need WSL\. .* give --project ID\.$/,
  );
  for (const platform of ['linux', 'darwin', 'freebsd'] as const)
    expect(requireLocalPlatform(platform)).toBeUndefined();
});
