// The value that a call brings: base64, of at most 64 KiB, with a checksum that Google compares.
import { crc32c, LARGEST_SECRET } from '@mymlops/protocol';
import { HttpError } from '../shared/http';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Throws HttpError 400. */
export function payloadIn(body: Record<string, unknown>): Buffer {
  const { data = '', dataCrc32c } = (body['payload'] ?? {}) as { data?: unknown; dataCrc32c?: unknown };
  if (typeof data !== 'string' || !BASE64.test(data)) throw invalid('Invalid value at payload.data: not base64');
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === 0) throw invalid('Secret Payload cannot be empty.');
  if (bytes.length > LARGEST_SECRET) {
    throw invalid(`Secret Payload is too large: ${bytes.length} bytes, at most ${LARGEST_SECRET} are allowed.`);
  }
  if (dataCrc32c !== undefined && String(dataCrc32c) !== checksumOf(bytes)) {
    throw invalid('The checksum of the Secret Payload does not match its data.');
  }
  return bytes;
}

/** In the API's form: a 64-bit number, so a text in JSON. */
export const checksumOf = (bytes: Buffer): string => String(crc32c(0, bytes));

export const invalid = (message: string): HttpError => new HttpError(400, 'invalid', message, 'INVALID_ARGUMENT');
