// Content that is being uploaded: written to its own file and hashed as it arrives, so that it is never whole in memory.
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { HttpError } from '../shared/http';
import { crc32c, crc32cText } from '@mymlops/protocol';

/** Content that was received completely: the object store takes over the file. */
export interface Content {
  file: string;
  size: number;
  /** Base64. */
  md5Hash: string;
  /** Base64, big-endian. */
  crc32c: string;
}

export interface UploadBuffer {
  /** Bytes written so far. */
  size(): number;
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<Content>;
  /** Closes and removes the file. May be called at any time, also twice. */
  discard(): Promise<void>;
}

/** Creates `file`, which must not exist. */
export async function openUploadBuffer(file: string): Promise<UploadBuffer> {
  const handle = await orFullDisk(open(file, 'wx', 0o600));
  const md5 = createHash('md5');
  let crc = 0;
  let size = 0;

  return {
    size: () => size,
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        done += (await orFullDisk(handle.write(bytes, done, bytes.length - done, size + done))).bytesWritten;
      }
      md5.update(bytes);
      crc = crc32c(crc, bytes);
      size += bytes.length;
    },
    async finish() {
      await orFullDisk(handle.close());
      return { file, size, md5Hash: md5.digest('base64'), crc32c: crc32cText(crc) };
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await rm(file, { force: true });
    },
  };
}

/** Writes all of `source` to `buffer`. If writing fails the source stays open, so that an answer can be sent. */
export async function receiveAll(source: AsyncIterable<Uint8Array>, buffer: UploadBuffer): Promise<void> {
  for await (const bytes of source) await buffer.write(bytes);
}

const FULL_DISK = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The error for the API's caller: 507 if there was no space, else `error` itself. */
export function storageError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code !== undefined && FULL_DISK.has(code)
    ? new HttpError(
        507,
        'insufficientStorage',
        `no space left on the disk of this computer (${code}): nothing was stored`,
      )
    : error;
}

async function orFullDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storageError(error);
  }
}
