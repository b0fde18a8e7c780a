// Objects of the deployment's bucket. No policy.
import { once } from 'node:events';
import { Readable, addAbortSignal } from 'node:stream';
import { type Bucket as GoogleBucket, Storage } from '@google-cloud/storage';
import type { Connection } from './connection';
import { within } from './deadline';
import { piecesOf } from './pieces';

export interface ObjectFacts {
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
  /** False where an object of that name was there already: it is left as it is. */
  uploadNew(file: string, object: string): Promise<boolean>;
  /** Null where there is none. */
  facts(object: string): Promise<ObjectFacts | null>;
  list(prefix: string): Promise<ObjectFacts[]>;
  /** Null where there is no such object. For what is of our own, and small. */
  read(object: string): Promise<Buffer | null>;
  /**
   * The bytes from `start` on, in pieces, no faster than they are taken; null where there is no such object. The download
   * ends with the loop over them, and with `signal`, for whose reason the loop then throws.
   */
  stream(object: string, options: { start?: number; signal: AbortSignal }): Promise<AsyncIterable<Buffer> | null>;
  /** Writes the object to a file, which is replaced. */
  download(object: string, file: string): Promise<void>;
}

/** Time for moving data, beyond which something is stuck. */
const TRANSFER_DEADLINE_MS = 3600_000;

export function openBucket(connection: Connection): Bucket {
  const { names } = connection;
  const patient = { ...connection, deadlineMs: TRANSFER_DEADLINE_MS, isTransfer: true };
  const bucket: GoogleBucket = storageOf(connection).bucket(names.bucket);
  const answered = <T>(call: Promise<T>): Promise<T> => within(connection, 'Cloud Storage', call);
  const moved = <T>(call: Promise<T>): Promise<T> => within(patient, 'Cloud Storage', call);
  return {
    name: names.bucket,
    exists: async (object) => (await answered(bucket.file(object).exists()))[0],
    async uploadNew(file, object) {
      try {
        await moved(
          bucket.upload(file, {
            destination: object,
            preconditionOpts: { ifGenerationMatch: 0 },
            // The library sends no token with resumable uploads to a custom endpoint.
            ...(connection.endpoints && { resumable: false }),
          }),
        );
        return true;
      } catch (error) {
        if (codeOf(error) === 412) return false;
        throw error;
      }
    },
    async facts(object) {
      try {
        const [metadata] = await answered(bucket.file(object).getMetadata());
        return factsOf(metadata);
      } catch (error) {
        if (codeOf(error) === 404) return null;
        throw error;
      }
    },
    async list(prefix) {
      const [files] = await answered(bucket.getFiles({ prefix }));
      return files.map((file) => factsOf({ name: file.name, ...file.metadata }));
    },
    async read(object) {
      try {
        const [content] = await moved(bucket.file(object).download());
        return content;
      } catch (error) {
        if (codeOf(error) === 404) return null;
        throw error;
      }
    },
    async stream(object, { start = 0, signal }) {
      // A part of an object has no checksum to compare with, and what was printed cannot be taken back.
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
      await moved(bucket.file(object).download({ destination: file }));
    },
  };
}

function storageOf({ names, endpoints }: Connection): Storage {
  if (!endpoints) return new Storage({ projectId: names.project });
  // The library brings version 9 of google-auth-library, which wants plain headers, where ours is version 10.
  const headers = { authorization: `Bearer ${endpoints.token}` };
  const authClient = { getRequestHeaders: () => Promise.resolve(headers) };
  return new Storage({
    projectId: names.project,
    apiEndpoint: `http://${endpoints.storage}`,
    useAuthWithCustomEndpoint: true,
    authClient: authClient as never,
  });
}

interface Metadata {
  name?: string;
  size?: string | number;
  generation?: string | number;
  md5Hash?: string;
}

function factsOf({ name = '', size, generation, md5Hash: md5 }: Metadata): ObjectFacts {
  return { name, size: Number(size), generation: String(generation), ...(md5 !== undefined && { md5 }) };
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
