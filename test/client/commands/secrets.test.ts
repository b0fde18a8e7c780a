// `secrets set`, `ls` and `rm` on the stand-in, and the values that none of them takes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LARGEST_SECRET, LATER_ENDPOINTS_FILE } from '@mymlops/protocol';
import { startStandIns, type StandIns } from '../stand-ins';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
let folder: string;
let deployment: StandIns;
beforeEach(async () => {
  folder = tempFolder();
  deployment = await startStandIns(folder);
});
afterEach(() => deployment.close());

const set = (name: string, value: Buffer | string, ...more: string[]): ReturnType<StandIns['client']> =>
  deployment.client(['secrets', 'set', name, ...more], folder, {
    secretInput: () => Promise.resolve(Buffer.from(value)),
  });

const stored = (): string => readFileSync(join(folder, 'secrets/secrets.jsonl'), 'utf8');
const base64 = (value: string): string => Buffer.from(value).toString('base64');

test('a value is stored, replaced, listed by its name and removed', async () => {
  const first = await set('API_KEY', 'one');
  expect([first.code, first.said]).toEqual([0, ['Secret API_KEY is stored. Runs that begin from now on read it.']]);
  expect((await set('API_KEY', 'two')).code).toBe(0);
  expect(stored()).toContain(base64('two'));
  const list = await deployment.client(['secrets', 'ls', '--json']);
  expect(JSON.parse(list.printed())).toEqual([{ name: 'API_KEY', createdAt: expect.any(String) }]);
  expect((await deployment.client(['secrets', 'ls'])).printed()).toMatch(/^API_KEY {2}created /);
  const removed = await deployment.client(['secrets', 'rm', 'API_KEY']);
  expect([removed.code, removed.said]).toEqual([0, ['Secret API_KEY is removed.']]);
  expect(stored()).not.toContain(base64('two'));
  expect((await deployment.client(['secrets', 'ls'])).said).toEqual([
    'No secrets. To store one: mymlops-client secrets set NAME',
  ]);
});

test('a file is stored as it is, its last line break too', async () => {
  writeFileSync(join(folder, 'key'), 'line\n');
  expect((await set('KEY', '', '--from-file', 'key', '--json')).code).toBe(0);
  expect(stored()).toContain(base64('line\n'));
  const { code, said } = await set('KEY', '', '--from-file', 'absent');
  expect([code, said]).toEqual([1, ['absent does not exist. Name a file.']]);
  mkdirSync(join(folder, 'folder'));
  expect((await set('KEY', '', '--from-file', 'folder')).said).toEqual(['folder is a folder. Name a file.']);
});

test('one that is not there is not removed, and the exit code says so', async () => {
  const { code, said } = await deployment.client(['secrets', 'rm', 'ABSENT']);
  expect([code, said]).toEqual([
    102,
    ['The deployment mymlops has no secret ABSENT. To list them: mymlops-client secrets ls'],
  ]);
});

test('a deploy key was not listed, and could not be removed', async () => {
  const name = 'deploy-key-0123456789abcdef-0123456789abcdef';
  const { secrets } = deployment;
  await secrets.set(`mymlops_${name}`, Buffer.from('the key'));
  await secrets.create(`mymlops_${name}-stored`);
  expect((await deployment.client(['secrets', 'ls'])).printed()).toMatch(
    /^deploy-key-\S+ {2}created .*, a deploy key\n$/,
  );
  const list = await deployment.client(['secrets', 'ls', '--json']);
  expect(JSON.parse(list.printed())).toEqual([{ name, createdAt: expect.any(String), deployKey: true }]);
  expect((await deployment.client(['secrets', 'rm', name])).said).toEqual([`Secret ${name} is removed.`]);
  expect(await secrets.list()).toEqual([]);
  expect((await deployment.client(['secrets', 'rm', name])).code).toBe(102);
});

test.each<[string, string, Buffer | string, number, RegExp]>([
  ['a name with a dash', 'API-KEY', 'x', 2, /^"API-KEY" cannot be the name of a secret: a name has letters/],
  ["a name of the agent's", 'MYMLOPS_RUN', 'x', 2, /cannot be the name of a secret/],
  ['an empty value', 'API_KEY', '', 1, /is empty; nothing was stored/],
  ['a NUL byte', 'API_KEY', 'a\0b', 1, /contains a NUL byte/],
  ['a large value', 'API_KEY', Buffer.alloc(LARGEST_SECRET + 1, 'x'), 1, /more than 65536 bytes/],
])('%s is refused before anything is sent', async (_what, name, value, exit, sentence) => {
  const { code, said } = await set(name, value);
  expect(code).toBe(exit);
  expect(said.join('\n')).toMatch(sentence);
  expect(stored()).toBe('');
});

test('an earlier local cloud has no secrets, and the sentence says what to do', async () => {
  writeFileSync(join(folder, 'state', LATER_ENDPOINTS_FILE), '{}');
  const { code, said } = await set('API_KEY', 'x');
  expect([code, said.at(-1)]).toEqual([
    1,
    'The running local cloud is of another version, which has no secrets. Run `mymlops-client local down`, then repeat the command.',
  ]);
});
