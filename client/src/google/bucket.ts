// Adapter for the objects of a bucket of the deployment.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Storage } from '@google-cloud/storage';
import { codeOf, ONLY_NEW, openGoogleBucket, objectPages, unlessAbsent, unlessExists } from '@mymlops/google';
import type { Connection } from './connection';
import { within } from './deadline';
import { piecesOf } from './pieces';
import { wholeContent } from './whole-content';

/** See BucketNames. */
export interface Buckets {
  results: Bucket;
  live: Bucket;
}

export interface ObjectStat {
  name: string;
  size: number;
  /** Changes with every write. */
  generation: string;
  /** MD5 of the content, in base64. Composed objects have none. */
  md5?: string;
}

export interface Bucket {
  name: string;
  exists(object: string): Promise<boolean>;
  /**
   * Whether this account may upload objects; writes nothing. Anyone may ask that of a bucket that exists; of another one it throws.
   * https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
   */
  mayUpload(): Promise<boolean>;
  /** Uploads a new object. Returns false, without any change, if an object of that name exists. */
  uploadNew(file: string, object: string): Promise<boolean>;
  /** Null if there is no such object. */
  stat(object: string): Promise<ObjectStat | null>;
  list(prefix: string): Promise<ObjectStat[]>;
  /** The content of a small object that mymlops wrote; null if there is no such object. */
  read(object: string): Promise<Buffer | null>;
  /**
   * The bytes from `start` on, in pieces, no faster than they are consumed; null if there is no such object. The download
   * ends with the loop over the pieces, or when `signal` aborts: the loop then throws its reason.
   */
  stream(object: string, options: { start?: number; signal: AbortSignal }): Promise<AsyncIterable<Buffer> | null>;
  /** Writes the object to a file, and overwrites an existing file. */
  download(object: string, file: string): Promise<void>;
}

/**
 * A larger file is sent in pieces of this size, so that a broken connection costs one of them: without pieces the library gives up
 * (its own sentence is "The offset is lower than the number of bytes written"). Not to the local cloud: there it sends no token so.
 * A multiple of 256 KiB: https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
 */
const PIECE_BYTES = 8 * 2 ** 20;

const UPLOAD = 'storage.objects.create';

/** The fields that statOf reads. */
const STAT_FIELDS = ['name', 'size', 'generation', 'md5Hash'] as const;
/** Limit for a transfer of data. */
const TRANSFER_DEADLINE_MS = 3600_000;

export function openBucket(connection: Connection, name: string): Bucket {
  const patient = { ...connection, deadlineMs: TRANSFER_DEADLINE_MS, isTransfer: true };
  const bucket = openGoogleBucket({ Storage }, { project: connection.names.project, name }, connection.endpoints);
  const answered = <T>(call: Promise<T>): Promise<T> => within(connection, 'Cloud Storage', call);
  const moved = <T>(call: Promise<T>): Promise<T> => within(patient, 'Cloud Storage', call);
  const piece = { ...connection, isTransfer: true };
  const wholeOf = (object: string): AsyncIterable<Buffer> =>
    wholeContent({ bucket, object, answered: (call) => within(piece, 'Cloud Storage', call) });
  return {
    name,
    exists: async (object) => (await answered(bucket.file(object).exists()))[0],
    async mayUpload() {
      const [held] = await answered(bucket.iam.testPermissions(UPLOAD));
      return held[UPLOAD] === true;
    },
    async uploadNew(file, object) {
      const isLarge = !connection.endpoints && (await stat(file)).size > PIECE_BYTES;
      const way = isLarge ? { resumable: true, chunkSize: PIECE_BYTES } : { resumable: false };
      const upload = unlessExists(moved(bucket.upload(file, { destination: object, ...ONLY_NEW, ...way })));
      return upload.catch(async (error: unknown) => {
        // The library does not understand that all has arrived where the last answer was lost.
        if (error instanceof RangeError && (await answered(bucket.file(object).exists()))[0]) return false;
        throw asError(error);
      });
    },
    async stat(object) {
      const found = await unlessAbsent(answered(bucket.file(object).getMetadata()));
      return found ? statOf(found[0]) : null;
    },
    async list(prefix) {
      const found: ObjectStat[] = [];
      for await (const page of objectPages(bucket, { prefix, fields: STAT_FIELDS }, answered))
        found.push(...page.map(statOf));
      return found;
    },
    async read(object) {
      return (await unlessAbsent(buffer(wholeOf(object)))) ?? null;
    },
    async stream(object, { start = 0, signal }) {
      // A part of an object has no checksum to compare with, and printed text cannot be taken back.
      const stream = bucket.file(object).createReadStream({ validation: false, ...(start > 0 && { start }) });
      addAbortSignal(signal, stream);
      try {
        await answered(once(stream, 'readable'));
      } catch (error) {
        stream.destroy();
        if (signal.aborted) throw signal.reason;
        if (codeOf(error) === 404) return null;
        if (codeOf(error) === 416) return Readable.from([]);
        throw error;
      }
      return piecesOf(stream, answered, signal);
    },
    async download(object, file) {
      await pipeline(wholeOf(object), createWriteStream(file));
    },
  };
}

/** At the end of a large upload the library throws Cloud Storage's answer as it is. */
function asError(thrown: unknown): unknown {
  if (thrown instanceof Error || typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return thrown;
  return Object.assign(new Error(String(thrown.message)), { code: codeOf(thrown) });
}

interface Metadata {
  name?: string;
  size?: string | number;
  generation?: string | number;
  md5Hash?: string;
}

function statOf({ name = '', size, generation, md5Hash: md5 }: Metadata): ObjectStat {
  return { name, size: Number(size), generation: String(generation), ...(md5 !== undefined && { md5 }) };
}
