// A git bundle of one commit: a reference and a pack (git's gitformat-bundle and gitformat-pack pages).
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { packAtOnce, packInPieces, type Packable } from './pack-entry';
import { inBatches } from './batches';

export const SNAPSHOT_REF = 'refs/mymlops/snapshot';

/** Larger objects are never held in memory as a whole. */
const LARGE_BYTES = 4 * 2 ** 20;
/** Objects that are read and packed at the same time. zlib uses several threads. */
const AT_ONCE = { items: 16, bytes: 8 * LARGE_BYTES };

/** Writes the bundle to the new file `file`. `objects` contains each object once. */
export async function writeBundle(file: string, commit: string, objects: readonly Packable[]): Promise<void> {
  const output = await open(file, 'wx', 0o600);
  try {
    await output.appendFile(`# v2 git bundle\n${commit} ${SNAPSHOT_REF}\n\n`);
    const checksum = createHash('sha1');
    const write = async (bytes: Buffer): Promise<void> => {
      checksum.update(bytes);
      await output.appendFile(bytes);
    };
    await write(packHeader(objects.length));
    const memoryOf = ({ bytes }: Packable): number => (bytes > LARGE_BYTES ? Infinity : bytes);
    for (const batch of inBatches(objects, memoryOf, AT_ONCE)) {
      const [first] = batch;
      if (first && memoryOf(first) === Infinity) for await (const piece of packInPieces(first)) await write(piece);
      else await write(Buffer.concat(await Promise.all(batch.map(packAtOnce))));
    }
    await output.appendFile(checksum.digest());
  } finally {
    await output.close();
  }
}

function packHeader(count: number): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(count, 8);
  return header;
}
