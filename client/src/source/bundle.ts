// A git bundle of one commit: a reference and a pack (git's gitformat-bundle and gitformat-pack pages).
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { GitObject, ObjectType } from './git-objects';

export const SNAPSHOT_REF = 'refs/mymlops/snapshot';

const TYPE_NUMBERS: Record<ObjectType, number> = { commit: 1, tree: 2, blob: 3 };
/** Objects that are read and packed at the same time: zlib runs on several threads. */
const AT_ONCE = 16;

const deflated = promisify(deflate);

/** Writes the bundle to `file`. `objects` gives each object once, read as late as it is needed. */
export async function writeBundle(
  file: string,
  commit: string,
  objects: readonly (() => Promise<GitObject>)[],
): Promise<void> {
  const output = await open(file, 'wx', 0o600);
  try {
    await output.appendFile(`# v2 git bundle\n${commit} ${SNAPSHOT_REF}\n\n`);
    const checksum = createHash('sha1');
    const write = async (bytes: Buffer): Promise<void> => {
      checksum.update(bytes);
      await output.appendFile(bytes);
    };
    await write(packHeader(objects.length));
    for (let start = 0; start < objects.length; start += AT_ONCE) {
      const packed = await Promise.all(
        objects.slice(start, start + AT_ONCE).map(async (read) => packEntry(await read())),
      );
      await write(Buffer.concat(packed));
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

async function packEntry({ type, content }: GitObject): Promise<Buffer> {
  return Buffer.concat([entryHeader(TYPE_NUMBERS[type], content.length), await deflated(content)]);
}

/** Type and size: 4 bits of the size beside the type, then 7 a byte; the top bit says that more follow. */
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
