// The deployment's buckets in Cloud Storage.
import type { Endpoints } from '@mymlops/protocol';
import type { Bucket, GetFilesOptions, Storage } from '@google-cloud/storage';
import { codeOf } from './failure-code';

export interface StorageLibrary {
  Storage: typeof Storage;
}

/** The bucket `name`; without `endpoints` on Google. */
export function openGoogleBucket(
  { Storage }: StorageLibrary,
  { project, name }: { project: string; name: string },
  endpoints?: Endpoints,
): Bucket {
  if (!endpoints) return new Storage({ projectId: project }).bucket(name);
  // The library brings version 9 of google-auth-library, which needs plain headers; ours is version 10.
  const headers = { authorization: `Bearer ${endpoints.token}` };
  const authClient = { getRequestHeaders: () => Promise.resolve(headers) };
  return new Storage({
    projectId: project,
    apiEndpoint: `http://${endpoints.storage}`,
    useAuthWithCustomEndpoint: true,
    authClient: authClient as never,
  }).bucket(name);
}

/** Option of a write: only if no object of that name exists. See `unlessExists`. */
export const ONLY_NEW = { preconditionOpts: { ifGenerationMatch: 0 } };

/** True when the write is done; false where an object of that name existed, and was left as it is. */
export async function unlessExists(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (codeOf(error) === 412) return false;
    throw error;
  }
}

/** The result of `call`; undefined if the object does not exist. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
    throw error;
  }
}

/** An object, as Cloud Storage describes it (https://cloud.google.com/storage/docs/json_api/v1/objects#resource). */
export interface ObjectResource {
  name: string;
  size: string;
  /** Changes with every write. */
  generation: string;
  /** In base64. Composed objects have none. */
  md5Hash?: string;
  /** ISO 8601. */
  updated: string;
  timeCreated: string;
}

export interface ObjectQuery<F extends keyof ObjectResource> {
  prefix: string;
  /** The first name that may be shown, as names are ordered. */
  from?: string;
  /** All that Cloud Storage is to send of each object. */
  fields: readonly F[];
  pageSize?: number;
}

/** The objects below a prefix, page after page: `answered` gives the call for each its deadline. */
export async function* objectPages<F extends keyof ObjectResource>(
  bucket: Bucket,
  { prefix, from, fields, pageSize }: ObjectQuery<F>,
  answered: <T>(call: Promise<T>) => Promise<T>,
): AsyncGenerator<Pick<ObjectResource, F>[]> {
  const mask = `items(${fields.join(',')}),nextPageToken`;
  let next: GetFilesOptions | null = {
    prefix,
    startOffset: from,
    fields: mask,
    maxResults: pageSize,
    autoPaginate: false,
  };
  while (next) {
    // Where fields are named, the library answers with Cloud Storage's own objects, whatever its types say.
    const [files, following] = (await answered(bucket.getFiles(next))) as unknown as [
      Pick<ObjectResource, F>[],
      GetFilesOptions | null,
    ];
    yield files;
    // The library takes the option off the query that it builds the next one from; without it the next call reads all pages
    // that are left, and names itself as the one that follows.
    next = following && { ...following, autoPaginate: false };
  }
}
