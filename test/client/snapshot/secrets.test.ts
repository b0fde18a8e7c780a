// What never leaves this computer with a snapshot.
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { deployKeyFiles } from '../../../client/src/snapshot/deploy-keys';
import { createKeyFinder, holdsPrivateKey } from '../../../client/src/snapshot/secrets';
import { writeFiles } from '../temp-folder';
import { checkedOut, filesIn, git, repository, snapshotOf, tempFolder } from './projects';

// No key: letters that look like one.
const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ';
const begin = (kind: string): string => `-----BEGIN ${kind}-----`;
const AGE = `AGE-SECRET-KEY-1${'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L'.repeat(2).slice(0, 58)}`;
const PEM = `${begin('PRIVATE KEY')}\n${BODY}\n`;

test('names and contents of secrets are left out with a line each, tracked by git or not', async () => {
  const folder = repository({ '.env': 'A=1', id_test: `${begin('OPENSSH PRIVATE KEY')}\n${BODY}\n`, 'a.txt': 'a' });
  writeFiles(folder, {
    'sub/.env.local': 'B=2',
    '.envs/prod': 'C=3',
    'account.json': JSON.stringify({ type: 'service_account', private_key: PEM }),
    'keys.p12': 'binary',
  });
  const snapshot = await snapshotOf(folder);
  expect(filesIn(await checkedOut(snapshot))).toEqual(['a.txt']);
  expect(snapshot.warnings.toSorted()).toEqual(
    [
      'Left out of the snapshot: .env (its name suggests that it contains secrets)',
      'Left out of the snapshot: .envs/ (its name suggests that it contains secrets)',
      'Left out of the snapshot: account.json (it contains a private key)',
      'Left out of the snapshot: id_test (it contains a private key)',
      'Left out of the snapshot: keys.p12 (its name suggests that it contains secrets)',
      'Left out of the snapshot: sub/.env.local (its name suggests that it contains secrets)',
    ].toSorted(),
  );
});

test('what is there to be copied, public and harmless was left out', async () => {
  const files = {
    '.env.example': 'A=',
    'sub/.env.sample': 'B=',
    '.env.template': 'C=',
    'environment.yml': 'name: x',
    'certificate.pem': `${begin('CERTIFICATE')}\n${BODY}\n`,
    'id_test.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI user@host',
    'check.py': `if '${begin('PRIVATE KEY')}' in text:\n    pass\n`,
    'age.md': 'A key begins with AGE-SECRET-KEY-1 and is kept.\nAGE-SECRET-KEY-1...\n',
    'ssh2.md': '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ---- is how it begins\n',
    'ssh2.pub': `---- BEGIN SSH2 PUBLIC KEY ----\nComment: "me"\n${BODY}\n`,
  };
  const snapshot = await snapshotOf(repository(files));
  expect(filesIn(await checkedOut(snapshot))).toEqual(Object.keys(files).toSorted());
  expect(snapshot.warnings).toEqual([]);
});

test.each<[string, string | Buffer]>([
  ['in a large file', `${'x'.repeat(400_000)}\n${PEM}`],
  ['indented, as YAML has it', `key: |\n    ${begin('EC PRIVATE KEY')}\n    ${BODY}\n`],
  ['in UTF-16', Buffer.from(`\uFEFF${PEM}`, 'utf16le')],
  ['in UTF-16 with the large byte first', Buffer.from(`\uFEFF${PEM}`, 'utf16le').swap16()],
  [
    'in UTF-16 with the large byte first, cut off',
    Buffer.concat([Buffer.from(`\uFEFF${PEM}`, 'utf16le').swap16(), Buffer.of(0)]),
  ],
  ["with a password, the old way's header first", `${begin('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\n`],
  ['with a password', `${begin('ENCRYPTED PRIVATE KEY')}\r\n${BODY}\r\n`],
  ["PuTTY's", `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n${BODY}\n`],
  ["PGP's", `${begin('PGP PRIVATE KEY BLOCK')}\n\n${BODY}\n`],
  ["age's", `# created: 2026-01-01\n${AGE}\n`],
  ["age's for later", `AGE-SECRET-KEY-PQ-${AGE.slice('AGE-SECRET-KEY-'.length)}\n`],
  ["SSH.COM's", `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "me"\n${BODY}\n`],
  ["SSH.COM's without a comment", `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\r\n${BODY}\r\n`],
  ['in a program, line by line', `KEY = ("${begin('PRIVATE KEY')}\\n"\n  "${BODY}\\n")\n`],
  ['escaped twice', JSON.stringify(JSON.stringify({ k: PEM }))],
  ['after a mention of one', `# ${begin('PRIVATE KEY')} is how it begins\n${PEM}`],
])('a private key %s is seen', (_how, content) => {
  expect(holdsPrivateKey(Buffer.from(content as string))).toBe(true);
});

test.each<[string, (content: string) => Buffer]>([
  ['UTF-8', (content) => Buffer.from(content)],
  ['UTF-16', (content) => Buffer.from(`\uFEFF${content}`, 'utf16le')],
  ['UTF-16 with the large byte first', (content) => Buffer.from(`\uFEFF${content}`, 'utf16le').swap16()],
])('a private key in %s is seen however it is cut, and no other is', (_how, encode) => {
  const filler = fc.constantFrom('x', '\n', '日', begin('PRIVATE KEY'), BODY, 'y'.repeat(9000), '🎉');
  const part = fc.oneof({ weight: 9, arbitrary: filler }, { weight: 1, arbitrary: fc.constantFrom(PEM, AGE) });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 }), (parts, places) => {
      const content = encode(parts.join(''));
      const cuts = places.map((place) => 2 + (place % (content.length + 1))).toSorted((a, b) => a - b);
      const pieces = [0, ...cuts].map((cut, index) => content.subarray(cut, cuts[index] ?? content.length));
      const holdsKeySoFar = createKeyFinder();
      expect(pieces.some((piece) => holdsKeySoFar(piece))).toBe(holdsPrivateKey(content));
    }),
    { numRuns: 1000 },
  );
});

test('the files of deploy keys are left out whatever they hold, through links too', async () => {
  const folder = repository({ 'a.txt': 'a', 'keys/deploy': 'no known form', 'keys/other': 'x', 'b.txt': 'b' });
  symlinkSync('keys/other', join(folder, 'key-link'));
  const config = {
    commit: { output_repository: { url: 'u', deploy_key: './keys/deploy' } },
    profiles: { big: { commit: { repository: { deploy_key: 'key-link' } } } },
  };
  const secretFiles = deployKeyFiles(config, folder, {});
  const snapshot = await snapshotOf(folder, { secretFiles });
  expect(git(await checkedOut(snapshot), 'ls-files').split('\n')).toEqual(['a.txt', 'b.txt']);
  expect(snapshot.leftOut.map(({ path }) => path).toSorted()).toEqual(['key-link', 'keys/deploy', 'keys/other']);
});

test("a deploy key in the user's home folder is found there", () => {
  const home = tempFolder();
  expect(deployKeyFiles({ deploy_key: '~/.ssh/k' }, '/project', { HOME: home })[0]).toBe(join(home, '.ssh/k'));
});

test('a private key in the notebook itself was sent', async () => {
  const folder = repository({ 'a.ipynb': '{}' });
  const replaced = new Map([['a.ipynb', Buffer.from(JSON.stringify({ cells: [{ source: [PEM] }] }))]]);
  await expect(snapshotOf(folder, { replaced })).rejects.toThrow('a.ipynb contains a private key');
});
