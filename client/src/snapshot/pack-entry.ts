// An object in a pack: type, size, and the content compressed by zlib (git's gitformat-pack page).
import { Readable, pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createDeflate, deflate, deflateSync } from 'node:zlib';
import type { ObjectType } from './git-objects';

/** An object whose content is read only when it is needed. */
export interface Packable {
  type: ObjectType;
  bytes: number;
  /** Its content. May be called several times. */
  pieces(): AsyncIterable<Buffer>;
}

const TYPE_NUMBERS: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3 };
const PACKED_PIECE_BYTES = 2 ** 18;
const SAMPLE_BYTES = 2 ** 16;
/** A large content that shrinks by less is not compressed: compressing takes longer than sending. */
const WORTHWHILE = 0.85;
const { Z_NO_COMPRESSION } = constants;
/** A third of the time of zlib's usual level, for a twelfth more bytes. */
const FAST_LEVEL = 3;

const deflated = promisify(deflate);

export async function packAtOnce({ type, pieces }: Packable): Promise<Buffer> {
  const content = await contentOf(pieces());
  return Buffer.concat([entryHeader(TYPE_NUMBERS[type], content.length), await deflated(content)]);
}

async function contentOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all);
}

/** The same for an object of any size, with only a part of it in memory. */
export async function* packInPieces({ type, bytes, pieces }: Packable): AsyncGenerator<Buffer, void> {
  yield entryHeader(TYPE_NUMBERS[type], bytes);
  const packing = createDeflate({ level: await levelFor(pieces()), chunkSize: PACKED_PIECE_BYTES });
  // If the pipeline fails, reading `packing` throws its error.
  pipeline(Readable.from(pieces()), packing, () => undefined);
  yield* packing as AsyncIterable<Buffer>;
}

/** Chosen by how well the beginning of the content compresses. */
async function levelFor(pieces: AsyncIterable<Buffer>): Promise<number> {
  for await (const piece of pieces) {
    const sample = piece.subarray(0, SAMPLE_BYTES);
    return deflateSync(sample).length < WORTHWHILE * sample.length ? FAST_LEVEL : Z_NO_COMPRESSION;
  }
  return FAST_LEVEL;
}

/** Type and size: 4 bits of the size beside the type, then 7 bits per byte; the top bit means that more bytes follow. */
function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}
