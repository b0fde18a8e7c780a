// The key that signs identity tokens: created once, kept over restarts, and named where it is damaged.
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityKeyOf } from '../../../../deploy/local/state/identity-key';
import { useTempFolders } from '../../../client/temp-folder';

const tempFolder = useTempFolders();

test('a damaged key is named; after it is deleted there is a new one', async () => {
  const folder = tempFolder();
  const file = join(folder, 'identity-key.pem');
  const first = await identityKeyOf(folder);
  expect(Object.keys((await identityKeyOf(folder)).publicKeys)).toEqual(Object.keys(first.publicKeys));
  writeFileSync(file, '');
  await expect(identityKeyOf(folder)).rejects.toThrow(`${file} is damaged. Delete it`);
  rmSync(file);
  expect(Object.keys((await identityKeyOf(folder)).publicKeys)).toHaveLength(1);
  expect(readFileSync(file, 'utf8')).toContain('KEY');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a signed token is verified by the public key that its header names', async () => {
  const { publicKeys, sign } = await identityKeyOf(tempFolder());
  const [header = '', claims = '', signature = ''] = sign({ aud: 'run' }).split('.');
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const { kid, ...rest } = decode(header) as { kid: string };
  expect(rest).toEqual({ alg: 'RS256', typ: 'JWT' });
  expect(decode(claims)).toEqual({ aud: 'run' });
  const key = createPublicKey(publicKeys[kid] ?? '');
  expect(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
});
