// The key that signs the VMs' identity tokens: what Google's key is there. Made at the first start, in the state folder.
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readTextIfAny, writePrivateFile } from './private-files';
import { StateFolderError } from './state-folder';

const FILE = 'identity-key.pem';
const RSA_BITS = 2048;

export interface IdentityKey {
  /** PEM of the public half by its id: for whoever verifies. */
  publicKeys: Record<string, string>;
  /** A JSON Web Token, RS256, that says `claims`. */
  sign(claims: object): string;
}

/** The key in `folder`; made where there is none, mode 0600. Throws StateFolderError for one that is no key. */
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
    throw new StateFolderError(`${file} is damaged. Delete it: a new one is made`, { cause: error });
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
