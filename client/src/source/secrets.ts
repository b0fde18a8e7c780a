// What a snapshot never takes.

const SECRET_NAME = /^\.env|\.pem$/i;
// A key, not a program that mentions one: the first line of the base64 follows (inside JSON, after an escaped line break).
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\\r|\\n|[\r\n])+(?:[A-Za-z0-9+/=]{32}|Proc-Type:)/;
/** Larger files are data. */
const LARGEST_KEY_FILE = 256 * 1024;

/** Decided by the name alone. */
export function isSecretName(path: string): boolean {
  return SECRET_NAME.test(path.slice(path.lastIndexOf('/') + 1));
}

export function holdsPrivateKey(content: Buffer): boolean {
  return content.length <= LARGEST_KEY_FILE && PRIVATE_KEY.test(content.toString('latin1'));
}
