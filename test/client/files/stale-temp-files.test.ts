// kill -9 of a client: the next one removes what it left, and nothing else.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeStaleTempFiles, tempName } from '../../../client/src/files/stale-temp-files';
import { withTempFolder } from '../../../client/src/files/temp-folder';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

/** Of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;
const ofTheDead = (): string => `${tempName('mymlops-temp', deadPid())}abc123`;

async function leftIn(parent: string): Promise<string[]> {
  await withTempFolder({ beforeExit: new Set() }, () => Promise.resolve(), parent);
  return readdirSync(parent);
}

test('a copy of the sources stayed where a client was killed', async () => {
  const parent = tempFolder();
  const left = join(parent, ofTheDead());
  mkdirSync(join(left, 'deep'), { recursive: true });
  writeFileSync(join(left, 'source.bundle'), 'sources');
  expect(await leftIn(parent)).toEqual([]);
});

test.each<[string, () => string]>([
  ['of a client that lives', () => `${tempName('mymlops-temp', process.ppid)}abc123`],
  ['of another kind', () => `${tempName('mymlops-part', deadPid())}abc123`],
  ['with a longer name', () => `my ${ofTheDead()}`],
  ['with more behind its name', () => `${ofTheDead()}.old`],
  ['without letters behind its name', () => tempName('mymlops-temp', deadPid())],
  [
    'of another computer or container',
    () => ofTheDead().replace(/-([0-9a-f])/, (_all, digit) => `-${digit === '0' ? 1 : 0}`),
  ],
  ['of tests', () => 'mymlops-test-abc123'],
])('a folder %s stays', async (_whose, nameOf) => {
  const parent = tempFolder();
  const name = nameOf();
  mkdirSync(join(parent, name));
  expect(await leftIn(parent)).toEqual([name]);
});

test('a link stays, and what it leads to', async () => {
  const [parent, elsewhere] = [tempFolder(), tempFolder()];
  const name = ofTheDead();
  writeFileSync(join(elsewhere, 'mine'), '');
  symlinkSync(elsewhere, join(parent, name));
  expect(await leftIn(parent)).toEqual([name]);
  expect(readdirSync(elsewhere)).toEqual(['mine']);
});

test('a file under the name of a folder stays', async () => {
  const parent = tempFolder();
  const name = ofTheDead();
  writeFileSync(join(parent, name), '');
  expect(await leftIn(parent)).toEqual([name]);
});

test("another user's folder stays", async () => {
  const parent = tempFolder();
  const name = ofTheDead();
  mkdirSync(join(parent, name));
  const { uid } = statSync(parent);
  await removeStaleTempFiles(parent, 'mymlops-temp', () => true, uid + 1);
  expect(readdirSync(parent)).toEqual([name]);
  await removeStaleTempFiles(parent, 'mymlops-temp', () => true, uid);
  expect(readdirSync(parent)).toEqual([]);
});

test('a folder that cannot be listed is left alone', async () => {
  await expect(removeStaleTempFiles(join(tempFolder(), 'none'), 'mymlops-part', () => true)).resolves.toBeUndefined();
});
