// The names that Cloud Storage accepts, and the order in which it lists them.
import { HttpError } from '../shared/http';

const MAX_NAME_BYTES = 1024;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/** Throws HttpError 400 for an invalid object name. */
export function checkObjectName(name: string): void {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length === 0) throw new HttpError(400, 'required', 'the object needs a name');
  if (bytes.length > MAX_NAME_BYTES) throw new HttpError(400, 'invalid', `an object name over ${MAX_NAME_BYTES} bytes`);
  const isBad = /[\r\n]/.test(name) || name === '.' || name === '..' || bytes.toString('utf8') !== name;
  if (isBad) throw new HttpError(400, 'invalid', `not an object name: ${JSON.stringify(name)}`);
}

/** Throws HttpError 400 for an invalid bucket name. */
export function checkBucketName(name: string): void {
  if (!BUCKET.test(name)) throw new HttpError(400, 'invalid', `not a bucket name: ${JSON.stringify(name)}`);
}

/** Order of the UTF-8 bytes; JavaScript's own order differs for characters beyond U+FFFF. */
export function compareNames(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return utf8Rank(a) - utf8Rank(b);
  }
  return left.length - right.length;
}

/** Moves surrogates above all other code units, because in UTF-8 their characters come last. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
