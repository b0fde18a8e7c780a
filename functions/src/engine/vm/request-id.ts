// The id that makes a repeated call the same call.
import { createHash } from 'node:crypto';

/** A UUID (version 5's layout) that follows from `parts`: Compute Engine answers a repeat with the first operation. */
export function requestIdOf(...parts: (string | number)[]): string {
  const hex = createHash('sha1')
    .update(['mymlops', ...parts].join(' '))
    .digest('hex');
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
