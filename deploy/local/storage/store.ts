// Buckets and objects on disk. A content is a file named by its generation, and complete before the journal names it: a kill
// at any point leaves either the old object or the new one. Object names are only in the journal, so any name is harmless.
import { mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../shared/clock';
import { HttpError } from '../shared/http';
import { openJournal } from '../state/journal';
import type { Conditions } from './conditions';
import { requireConditions } from './conditions';
import type { Content } from './upload-buffer';
import { storageError } from './upload-buffer';
import { checkBucketName, checkObjectName, compareNames } from './names';

/** The attributes that an uploader may set. */
export interface Attributes {
  contentType?: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  metadata?: Record<string, string>;
}

export interface StoredObject extends Attributes {
  bucket: string;
  name: string;
  generation: string;
  metageneration: string;
  size: number;
  md5Hash: string;
  crc32c: string;
  timeCreated: string;
}

export interface Bucket {
  name: string;
  timeCreated: string;
}

export interface ObjectAddress {
  bucket: string;
  name: string;
}

export interface ObjectStore {
  /** Throws HttpError 404 for a missing bucket. */
  has(address: ObjectAddress): boolean;
  /** Throws HttpError 409 if it exists. */
  createBucket(name: string): Bucket;
  hasBucket(name: string): boolean;
  /** Throws HttpError 404. */
  bucket(name: string): Bucket;
  /** Throws HttpError 404 for a missing bucket or object. */
  object(address: ObjectAddress): StoredObject;
  /** The names in a bucket, in byte order. Throws HttpError 404. */
  names(bucket: string): readonly string[];
  /** Throws what `put` would throw now, before any content is received. */
  checkPut(address: ObjectAddress, conditions: Conditions): void;
  /** Makes `content` the object, atomically. After an error the content's file still belongs to the caller. */
  put(address: ObjectAddress, content: Content, attributes: Attributes, conditions: Conditions): StoredObject;
  remove(address: ObjectAddress, conditions: Conditions): void;
  /** Opened for reading. Throws HttpError 404 if its content was deleted. */
  openContent(object: StoredObject): number;
  /** A new file for content that is being uploaded. */
  incomingFile(): string;
  close(): void;
}

type Entry =
  | { type: 'bucket'; bucket: Bucket }
  | { type: 'put'; object: StoredObject }
  | { type: 'remove'; bucket: string; name: string }
  | { type: 'generation'; last: number };

interface BucketState {
  bucket: Bucket;
  objects: Map<string, StoredObject>;
  /** Dropped whenever the set of names changes. */
  sorted?: readonly string[];
}

const COMPACT_FROM_BYTES = 1 << 20;

/**
 * Opens the store in `folder` and removes what interrupted uploads left. `onLost` is called with the objects whose content
 * was deleted from outside: they no longer exist.
 */
export function openObjectStore(folder: string, clock: Clock, onLost: (names: string[]) => void): ObjectStore {
  const contentFolder = join(folder, 'content');
  const incomingFolder = join(folder, 'incoming');
  rmSync(incomingFolder, { recursive: true, force: true });
  /** True if the folder was missing. */
  const ensure = (path: string): boolean => mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
  for (const path of [contentFolder, incomingFolder]) ensure(path);

  const buckets = new Map<string, BucketState>();
  let lastGeneration = 0;
  let entries = 0;
  let incoming = 0;

  const apply = (entry: Entry): void => {
    entries += 1;
    if (entry.type === 'bucket') {
      buckets.set(entry.bucket.name, { bucket: entry.bucket, objects: new Map() });
    } else if (entry.type === 'put') {
      const state = stateOf(entry.object.bucket);
      if (!state.objects.has(entry.object.name)) delete state.sorted;
      state.objects.set(entry.object.name, entry.object);
      lastGeneration = Math.max(lastGeneration, Number(entry.object.generation));
    } else if (entry.type === 'remove') {
      const state = stateOf(entry.bucket);
      state.objects.delete(entry.name);
      delete state.sorted;
    } else {
      lastGeneration = Math.max(lastGeneration, entry.last);
    }
  };

  const stateOf = (bucket: string): BucketState => {
    const state = buckets.get(bucket);
    if (!state) throw new HttpError(404, 'notFound', `The specified bucket does not exist: ${bucket}`);
    return state;
  };

  const journal = openJournal<Entry>(join(folder, 'objects.jsonl'), apply);
  const contentFile = (object: Pick<StoredObject, 'generation'>): string => join(contentFolder, object.generation);

  function* liveEntries(): Generator<Entry> {
    yield { type: 'generation', last: lastGeneration };
    for (const { bucket, objects } of buckets.values()) {
      yield { type: 'bucket', bucket };
      for (const object of objects.values()) yield { type: 'put', object };
    }
  }

  const compactIfDue = (): void => {
    const live = [...buckets.values()].reduce((count, { objects }) => count + 1 + objects.size, 1);
    if (journal.size() < COMPACT_FROM_BYTES || entries < 4 * live) return;
    try {
      journal.rewrite(liveEntries());
      entries = live;
    } catch {
      // No room to rewrite it: the long journal is still valid.
    }
  };

  const record = (entry: Entry): void => {
    try {
      journal.append(entry);
    } catch (error) {
      throw storageError(error);
    }
    apply(entry);
    compactIfDue();
  };

  const current = ({ bucket, name }: ObjectAddress): StoredObject | undefined => stateOf(bucket).objects.get(name);

  const checkPut = (address: ObjectAddress, conditions: Conditions): void => {
    checkObjectName(address.name);
    requireConditions(conditions, current(address));
  };

  const nextGeneration = (): string => String(Math.max(clock.now() * 1000, lastGeneration + 1));

  removeStrays(contentFolder, buckets.values());

  const forget = (lost: readonly StoredObject[]): void => {
    if (lost.length === 0) return;
    for (const { bucket, name } of lost) record({ type: 'remove', bucket, name });
    onLost(lost.map(({ name }) => name));
  };
  const forgetLost = (): void => {
    const files = new Set(readdirSync(contentFolder));
    const all = [...buckets.values()].flatMap(({ objects }) => [...objects.values()]);
    forget(all.filter(({ size, generation }) => size > 0 && !files.has(generation)));
  };
  forgetLost();

  const object = (address: ObjectAddress): StoredObject => {
    const found = current(address);
    if (!found) throw new HttpError(404, 'notFound', `No such object: ${address.bucket}/${address.name}`);
    return found;
  };

  return {
    checkPut,
    has: (address) => current(address) !== undefined,
    object,
    openContent(found) {
      try {
        return openSync(contentFile(found), 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        forget([found]);
        return object(found).size; // throws: it no longer exists
      }
    },
    createBucket(name) {
      checkBucketName(name);
      if (buckets.has(name)) throw new HttpError(409, 'conflict', `The bucket exists already: ${name}`);
      const bucket = { name, timeCreated: new Date(clock.now()).toISOString() };
      record({ type: 'bucket', bucket });
      return bucket;
    },
    hasBucket: (name) => buckets.has(name),
    bucket: (name) => stateOf(name).bucket,
    names(bucket) {
      const state = stateOf(bucket);
      return (state.sorted ??= [...state.objects.keys()].toSorted(compareNames));
    },
    put({ bucket, name }, content, attributes, conditions) {
      if (ensure(contentFolder)) forgetLost();
      checkPut({ bucket, name }, conditions);
      const before = current({ bucket, name });
      const { file, size, md5Hash, crc32c } = content;
      const made: StoredObject = {
        ...attributes,
        bucket,
        name,
        generation: nextGeneration(),
        metageneration: '1',
        size,
        md5Hash,
        crc32c,
        timeCreated: new Date(clock.now()).toISOString(),
      };
      renameSync(file, contentFile(made));
      try {
        record({ type: 'put', object: made });
      } catch (error) {
        renameSync(contentFile(made), file);
        throw error;
      }
      if (before) rmSync(contentFile(before), { force: true });
      return made;
    },
    remove(address, conditions) {
      const before = object(address);
      requireConditions(conditions, before);
      record({ type: 'remove', bucket: before.bucket, name: before.name });
      rmSync(contentFile(before), { force: true });
    },
    incomingFile() {
      ensure(incomingFolder);
      return join(incomingFolder, String((incoming += 1)));
    },
    close: () => journal.close(),
  };
}

/** Contents that a kill left behind: complete, but never named by the journal, or replaced and not yet removed. */
function removeStrays(contentFolder: string, buckets: Iterable<BucketState>): void {
  const known = new Set<string>();
  for (const { objects } of buckets) for (const { generation } of objects.values()) known.add(generation);
  for (const file of readdirSync(contentFolder))
    if (!known.has(file)) rmSync(join(contentFolder, file), { force: true });
}
