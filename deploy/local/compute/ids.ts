// Numeric ids as Google gives them: decimal text of up to 19 digits. Random, so that none repeats in another state folder.
import { randomBytes } from 'node:crypto';

export function newId(): string {
  // The top bit stays clear (63 bits fit every client's integers), the next is set (all ids are of one length).
  return String((randomBytes(8).readBigUInt64BE() >> 2n) | (1n << 62n));
}
