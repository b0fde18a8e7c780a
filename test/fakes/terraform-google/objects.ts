// Objects of buckets: the provider compares the hash of what is on this computer with that of what is stored.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UNKNOWN, type Values } from './values';

/** In base64; undefined if the content is not known yet, or the file cannot be read. */
export function localHash({ source, content }: Values): string | undefined {
  const data = typeof source === 'string' ? readFile(source) : content;
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) return undefined;
  return createHash('md5').update(data).digest('base64');
}

/** An object whose content has changed: what Google will answer is not known. */
export function planObject(planned: Values, prior: Values | null): void {
  if (!prior) return;
  const hash = localHash(planned);
  if (hash !== undefined && hash === prior.md5hash) {
    planned.detect_md5hash = prior.detect_md5hash ?? null;
    return;
  }
  for (const name of ['md5hash', 'crc32c', 'generation']) planned[name] = UNKNOWN;
}

export function readFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
