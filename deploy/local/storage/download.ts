// Sends an object's content, whole or a range, with the headers by which clients check it.
import type { ReadStream } from 'node:fs';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { HttpError } from '../shared/http';
import { etagOf } from './resources';
import type { StoredObject } from './store';

interface Range {
  start: number;
  /** Inclusive. */
  end: number;
}

/** Streams the content of `object`, which `open` opens, to the response. A client that hangs up is not an error. */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
  open: () => number,
): Promise<void> {
  const range = rangeOf(request.headers.range, object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  // Opened before the first await: an overwrite meanwhile removes the file, but not its open descriptor.
  const content = object.size === 0 ? null : createReadStream('', { fd: open(), start, end });
  response.writeHead(range ? 206 : 200, {
    ...contentHeaders(object),
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${object.size}` } : {}),
  });
  if (content === null) response.end();
  else await streamTo(content, response);
}

async function streamTo(content: ReadStream, response: ServerResponse): Promise<void> {
  try {
    await pipeline(content, response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function contentHeaders(object: StoredObject): Record<string, string> {
  const { cacheControl, contentDisposition, contentLanguage } = object;
  return {
    'content-type': object.contentType ?? 'application/octet-stream',
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    ...(contentDisposition === undefined ? {} : { 'content-disposition': contentDisposition }),
    ...(contentLanguage === undefined ? {} : { 'content-language': contentLanguage }),
    etag: `"${etagOf(object.generation, object.metageneration)}"`,
    'last-modified': new Date(object.timeCreated).toUTCString(),
    'accept-ranges': 'bytes',
    // A bucket contains hostile text: a browser must not show it as a page of this origin.
    'x-content-type-options': 'nosniff',
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    'x-goog-stored-content-length': String(object.size),
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5Hash}`,
  };
}

/** The requested range; null for everything, also where the header is not a single range of bytes (as HTTP demands). */
function rangeOf(header: string | undefined, size: number): Range | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (start >= size) throw new HttpError(416, 'requestedRangeNotSatisfiable', `range ${header} of ${size} bytes`);
  return { start, end };
}
