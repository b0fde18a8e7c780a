// The deploy key of a commit: stored at its first use, named later, and refused where no VM could use it.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredSecret } from '../../../client/src/google/secrets';
import { provideDeployKey } from '../../../client/src/runs/commit/provide-deploy-key';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
const URL = 'git@github.com:me/results.git';
const REPOSITORY = { url: URL, branch: 'main', author: { name: 'A', email: 'a@b' } };
const ID = /^mymlops_deploy-key-[0-9a-f]{16}-[0-9a-f]{16}$/;

let folder: string;
let stored: (StoredSecret & { value: string })[];
let said: string[];
beforeEach(() => {
  folder = tempFolder();
  stored = [];
  said = [];
});

function makeKey(...options: string[]): string {
  const file = join(folder, 'key');
  for (const name of [file, `${file}.pub`]) rmSync(name, { force: true });
  execFileSync('ssh-keygen', ['-q', '-f', file, ...options]);
  return readFileSync(file, 'utf8');
}

async function provide(output: object = {}, url = URL, source: object = {}): Promise<object | string> {
  const plan = {
    config: { command: 'x', output_repository: { url, branch: 'main', deploy_key: './key', ...output }, ...source },
    target: { project: 'p', deployment: 'mymlops' },
    project: { folder },
  };
  const secrets = {
    set: async (id: string, value: Buffer) =>
      void stored.push({ id, createTime: `2026-01-0${stored.length + 1}`, value: value.toString() }),
    list: async () => stored,
    create: async (id: string) => void stored.push({ id, createTime: '2026-01-09', value: '' }),
    remove: async () => false,
  };
  return provideDeployKey(
    { env: {}, notice: (line) => void said.push(line) },
    plan as never,
    { secrets: async () => secrets },
    { ...REPOSITORY, url },
  ).catch((error: Error) => error.message);
}

test('the key is stored once and said so, and then only named, also where the file is not', async () => {
  const key = makeKey('-t', 'ed25519', '-N', '');
  const first = await provide({ known_hosts: 'github.com ssh-ed25519 AAAA' });
  expect(stored).toEqual([
    { id: expect.stringMatching(ID), createTime: expect.any(String), value: key },
    { id: `${stored[0]?.id}-stored`, createTime: expect.any(String), value: '' },
  ]);
  const deployKey = stored[0]?.id.replace('mymlops_', '');
  expect(first).toEqual({ ...REPOSITORY, deployKey, knownHosts: 'github.com ssh-ed25519 AAAA\n' });
  expect(said).toEqual([`Stored the deploy key ./key as the secret ${deployKey}. Later commits only name it.`]);
  expect(JSON.stringify(first)).not.toContain(key.split('\n')[2]);
  expect(await provide()).toEqual({ ...REPOSITORY, deployKey });
  rmSync(join(folder, 'key'));
  expect(await provide()).toEqual({ ...REPOSITORY, deployKey });
  expect([stored.length, said.length]).toEqual([2, 1]);
});

test('a key whose secret had no value, as the commit was ended in between, was never stored', async () => {
  const key = makeKey('-t', 'ed25519', '-N', '');
  await provide();
  const id = stored[0]?.id ?? '';
  stored = [{ id, createTime: '2026-01-01', value: '' }];
  await provide();
  expect(stored.map((one) => one.value)).toEqual(['', key, '']);
});

test('another key for the same repository takes its place', async () => {
  makeKey('-t', 'ed25519', '-N', '');
  await provide();
  makeKey('-t', 'ed25519', '-N', '');
  await provide();
  expect(stored.length).toBe(4);
  rmSync(join(folder, 'key'));
  expect(await provide()).toMatchObject({ deployKey: stored[2]?.id.replace('mymlops_', '') });
});

test("a key of another repository is not used where the file doesn't exist", async () => {
  makeKey('-t', 'ed25519', '-N', '');
  await provide({}, 'git@github.com:me/other.git');
  rmSync(join(folder, 'key'));
  expect(await provide()).toMatch(/key does not exist, and the deployment mymlops has none for git@github\.com:me/);
});

test.each([
  ['of today', ['-t', 'ed25519']],
  ['in the older form', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
])('a key %s with a passphrase is refused', async (_form, options) => {
  makeKey(...options, '-N', 'passphrase');
  expect(await provide()).toMatch(/has a passphrase, which nobody enters on a VM/);
  expect(stored).toEqual([]);
});

test('one in the older form without a passphrase is taken', async () => {
  makeKey('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '');
  expect(await provide()).toMatchObject({ deployKey: expect.any(String) });
});

test.each<[string, (key: string) => string]>([
  ['with the line ends of Windows', (key) => key.replaceAll('\n', '\r\n')],
  ['without a line end', (key) => key.trimEnd()],
  ['with a byte order mark', (key) => `\uFEFF${key}`],
])('a key %s was stored as it was, and ssh could not read it', async (_what, change) => {
  const key = makeKey('-t', 'ed25519', '-N', '');
  writeFileSync(join(folder, 'key'), change(key));
  await provide();
  expect(stored[0]?.value).toBe(key);
});

test('a key without its end is refused', async () => {
  const key = makeKey('-t', 'ed25519', '-N', '');
  writeFileSync(join(folder, 'key'), key.split('\n').slice(0, 3).join('\n'));
  expect(await provide()).toMatch(/is not a whole private key/);
  expect(stored).toEqual([]);
});

test('a public key is refused', async () => {
  makeKey('-t', 'ed25519', '-N', '');
  expect(await provide({ deploy_key: 'key.pub' })).toMatch(
    /is not a whole private key\. Name the file without \.pub\.$/,
  );
});

test.each(['https://github.com/me/results.git', '/srv/results.git', './results.git'])(
  'for %s it has no effect, and a notice says so',
  async (url) => {
    writeFileSync(join(folder, 'key'), 'anything');
    expect(await provide({}, url)).toEqual({ ...REPOSITORY, url });
    expect(said).toEqual([`output_repository.deploy_key has no effect: ${url} is not an address of ssh.`]);
  },
);

test('the key of the source has no effect, and a notice names the one that has', async () => {
  const output = { deploy_key: undefined };
  expect(await provide(output, URL, { repository: { url: URL, branch: 'main', deploy_key: './key' } })).toEqual(
    REPOSITORY,
  );
  expect(said).toEqual([
    'repository.deploy_key has no effect: the source is sent as a snapshot, which a VM reads without a key. The key that pushes results is output_repository.deploy_key.',
  ]);
  expect(stored).toEqual([]);
});
