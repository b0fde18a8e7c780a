// Downloads an object to its last byte. Google's library waits without end for an answer that breaks off: its HTTP client
// (node-fetch 2.7.0) does not pass the broken connection on. So each piece has a limit here, and a new call brings the rest.
import { createHash } from 'node:crypto';
import type { Bucket } from '@google-cloud/storage';
import { codeOf } from '@mymlops/google';
import { crc32c, crc32cText } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { piecesOf } from './pieces';
import { GoogleTrouble } from './trouble';

export interface Download {
  bucket: Bucket;
  object: string;
  /** Gives a call, and each piece, its limit. */
  answered: <T>(call: Promise<T>) => Promise<T>;
}

/** Connections in a row that brought nothing. */
const TRIES = 3;

/** In base64. Composed objects have the second one only. */
interface Hashes {
  md5?: string;
  crc32c?: string;
}

interface Described extends Hashes {
  generation: string;
  /** In bytes. */
  size: number;
}

/**
 * The bytes of an object, in pieces, no faster than they are consumed. Where the connection breaks, another call brings the rest of
 * the same generation. Throws an error with the code 404 if there is no such object, and others if nothing more comes, if the object
 * was replaced or removed meanwhile, and at the end if the bytes do not have the hash that Cloud Storage sent.
 */
export async function* wholeContent({ bucket, object, answered }: Download): AsyncGenerator<Buffer> {
  const md5 = createHash('md5');
  let crc = 0;
  let at = 0;
  let described: Described | undefined;
  for (let tries = 0; tries < TRIES;) {
    const before = at;
    try {
      const file = bucket.file(object, described && { generation: described.generation });
      const stream = file.createReadStream({ validation: false, ...(at > 0 && { start: at }) });
      stream.on('response', (answer: Answer) => (described ??= describedIn(answer)));
      for await (const piece of piecesOf(stream, answered, new AbortController().signal)) {
        if (described?.md5 === undefined) crc = crc32c(crc, piece);
        else md5.update(piece);
        at += piece.length;
        yield piece;
      }
    } catch (error) {
      if (described && codeOf(error) === 404) throw new ExpectedError(`${object} was replaced meanwhile. Try again.`);
      if (!isBreak(error) || (at === before && tries === TRIES - 1)) throw error;
    }
    if (described && at >= described.size) {
      requireSame(object, described, { md5: md5.digest('base64'), crc32c: crc32cText(crc) });
      return;
    }
    tries = at > before ? 0 : tries + 1;
  }
  throw new Error(`${object} broke off after ${at} bytes`);
}

/** One hash is enough. */
function requireSame(object: string, sent: Described, came: Required<Hashes>): void {
  const kind = sent.md5 === undefined ? 'crc32c' : 'md5';
  if (sent[kind] === came[kind]) return;
  throw new Error(`${object} did not arrive as Cloud Storage has it: its ${kind} hash differs`);
}

interface Answer {
  statusCode: number;
  headers: Record<string, string | undefined>;
}

/** Undefined for a refusal. https://cloud.google.com/storage/docs/xml-api/reference-headers */
function describedIn({ statusCode, headers }: Answer): Described | undefined {
  if (statusCode >= 300) return undefined;
  const hashOf = (kind: string): string | undefined =>
    (headers['x-goog-hash'] ?? '')
      .split(',')
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${kind}=`))
      ?.slice(kind.length + 1);
  const [md5, crc] = [hashOf('md5'), hashOf('crc32c')];
  return {
    generation: headers['x-goog-generation'] ?? '',
    size: Number(headers['x-goog-stored-content-length']),
    ...(md5 !== undefined && { md5 }),
    ...(crc !== undefined && { crc32c: crc }),
  };
}

/** Not an answer of Cloud Storage, and no trouble that would come again. */
function isBreak(error: unknown): boolean {
  const code = codeOf(error);
  return !(error instanceof GoogleTrouble) && !(typeof code === 'number' && code >= 400 && code < 500);
}
