// A multipart/related body: the object's metadata as JSON, then its content, which is passed on as it arrives.
import { HttpError } from '../shared/http';

export interface Multipart {
  metadata: Record<string, unknown>;
  /** Content-Type of the second part, if it has one. */
  contentType?: string;
  content: AsyncIterable<Uint8Array>;
}

const HEAD_LIMIT_BYTES = 128 * 1024;
const bad = (message: string): HttpError => new HttpError(400, 'parseError', `multipart body: ${message}`);

/** Reads up to the start of the content. Throws HttpError 400, also while the content is read. */
export async function readMultipart(source: AsyncIterable<Buffer>, contentType: string): Promise<Multipart> {
  const [, quoted, plain] = /^multipart\/related\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw bad('the Content-Type is not multipart/related with a boundary');

  const chunks = source[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const readTo = async (mark: string): Promise<Buffer> => {
    let end = buffer.indexOf(mark);
    while (end === -1) {
      if (buffer.length > HEAD_LIMIT_BYTES) throw bad(`metadata over ${HEAD_LIMIT_BYTES} bytes`);
      const next = await chunks.next();
      if (next.done) throw bad('it ends before the content');
      buffer = Buffer.concat([buffer, next.value]);
      end = buffer.indexOf(mark);
    }
    const before = buffer.subarray(0, end);
    buffer = buffer.subarray(end + mark.length);
    return before;
  };

  // The line break after a boundary stays in the buffer: so even a part without headers starts with an empty line.
  await readTo(`--${boundary}`);
  await readTo('\r\n\r\n');
  const metadata = parseMetadata(await readTo(`\r\n--${boundary}`));
  const headers = (await readTo('\r\n\r\n')).toString('latin1');
  if (headers.startsWith('--')) throw bad('it has no content part');
  const partType = /^content-type:\s*(.+?)\s*$/im.exec(headers)?.[1];
  return {
    metadata,
    ...(partType === undefined ? {} : { contentType: partType }),
    content: untilDelimiter(buffer, chunks, Buffer.from(`\r\n--${boundary}`)),
  };
}

function parseMetadata(json: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'));
  } catch {
    throw bad('the first part is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('the first part is not an object');
  return value as Record<string, unknown>;
}

/** Everything before `end`; throws if it never comes. Holds back as many bytes as the start of `end` may have. */
async function* untilDelimiter(
  first: Buffer,
  chunks: AsyncIterator<Buffer>,
  end: Buffer,
): AsyncGenerator<Uint8Array, void> {
  let held = first;
  for (let at = held.indexOf(end); ; at = held.indexOf(end)) {
    if (at !== -1) {
      if (at > 0) yield held.subarray(0, at);
      break;
    }
    const keep = Math.min(held.length, end.length - 1);
    if (held.length > keep) yield held.subarray(0, held.length - keep);
    const next = await chunks.next();
    if (next.done) throw bad('it ends inside the content');
    held = Buffer.concat([held.subarray(held.length - keep), next.value]);
  }
  while (!(await chunks.next()).done); // reads the epilogue, so that the connection can serve the next request
}
