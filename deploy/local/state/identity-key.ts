// The key that signs the VMs' identity tokens, as Google's key does there. Created in the state folder at the first start.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readTextIfAny, writePrivateFile } from './private-files';
import { StateFolderError } from './state-folder';

const FILE = 'identity-key.pem';
const RSA_BITS = 2048;

export interface IdentityKey {
  /** The public half as PEM, by key id: for those who verify tokens. */
  publicKeys: Record<string, string>;
  /** A JSON Web Token (RS256) with these claims. */
  sign(claims: object): string;
}

/** The key in `folder`; created with mode 0600 if there is none. Throws StateFolderError where the file holds no key. */
export async function identityKeyOf(folder: string): Promise<IdentityKey> {
  const file = join(folder, FILE);
  const known = readTextIfAny(file);
  const key = known === null ? await makeKey(file) : readKey(known, file);
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const kid = createHash('sha256').update(pem).digest('hex').slice(0, 40);
  return { publicKeys: { [kid]: pem }, sign: (claims) => signToken(claims, kid, key) };
}

function readKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new StateFolderError(`${file} is damaged. Delete it: the next start creates a new one`, { cause: error });
  }
}

async function makeKey(file: string): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  writePrivateFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function signToken(claims: object, kid: string, key: KeyObject): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}
