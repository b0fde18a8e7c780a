// Numeric ids in Google's form: decimal text of up to 19 digits. Random, so that no two state folders have the same.
import { randomBytes } from 'node:crypto';

export function newId(): string {
  // The top bit stays clear (63 bits fit every client's integers); the next one is set (so that all ids have one length).
  return String((randomBytes(8).readBigUInt64BE() >> 2n) | (1n << 62n));
}
