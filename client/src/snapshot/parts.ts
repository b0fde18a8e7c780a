// A snapshot in the bucket may consist of several bundles: a complete one, and the additions of later snapshots. This file
// remembers which objects each of them contains, so that only new objects are sent.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MAX_SOURCE_PARTS, sourceObject, sourcePartObject } from '@mymlops/protocol';
import type { Bucket } from '../google/bucket';
import { makeFolders } from '../files/make-folders';
import type { Found } from './look-up';
import type { Snapshot } from './snapshot';

/** An object in the bucket. */
export interface Part {
  object: string;
  /** Hashes of git's objects in it. */
  hashes: string[];
}

const VERSION = 1;

export interface Sending {
  bucket: Pick<Bucket, 'name' | 'uploadNew'>;
  lookUp(object: string): Promise<Found>;
  /** File that remembers the parts in the bucket. Need not exist. */
  partsFile: string;
  /** Path for the bundle. Must not exist. */
  file: string;
}

/**
 * Sends the objects that the bucket lacks. Returns the bucket's objects that make up the snapshot; undefined if it is only the
 * one that is named after the tree.
 */
export async function sendSnapshot(sending: Sending, snapshot: Snapshot): Promise<string[] | undefined> {
  const { bucket, lookUp, partsFile, file } = sending;
  const { tree } = snapshot.source;
  const whole = sourceObject(tree);
  let parts = await findBase(sending, snapshot);
  const known = new Set(parts.flatMap(({ hashes }) => hashes));
  const hashes = snapshot.objects.map(({ hash }) => hash).filter((hash) => !known.has(hash));
  if (hashes.length > 0) {
    let object = parts.length === 0 ? whole : sourcePartObject(tree, nameOf(hashes));
    const found = await lookUp(object);
    // One that is about to be deleted keeps its name until then.
    if (found === 'leaving') object = sourcePartObject(tree, nameOf([...hashes, new Date().toISOString()]));
    if (found !== 'there') {
      await snapshot.writeBundle(file, new Set(hashes));
      await bucket.uploadNew(file, object);
    }
    parts = [...parts, { object, hashes }];
    await remember(partsFile, bucket.name, parts);
  }
  const objects = parts.map(({ object }) => object);
  return objects.length === 1 && objects[0] === whole ? undefined : objects;
}

/** Known parts to build upon: all stay in the bucket, and one more part is allowed. Empty if there are none. */
async function findBase({ bucket, lookUp, partsFile }: Sending, snapshot: Snapshot): Promise<Part[]> {
  const base = chooseBase(await recall(partsFile, bucket.name), snapshot.objects);
  const found = await Promise.all(base.map(({ object }) => lookUp(object)));
  return found.every((state) => state === 'there') ? base : [];
}

/** If there are too many parts, everything after the complete one is sent again as one; if most is new, everything. */
export function chooseBase(parts: readonly Part[], objects: Snapshot['objects']): Part[] {
  const missing = missingFrom(parts, objects);
  if (missing === 0) return [...parts];
  const base = parts.slice(0, parts.length < MAX_SOURCE_PARTS ? parts.length : 1);
  const total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  return missingFrom(base, objects) > total / 2 ? [] : base;
}

function missingFrom(parts: readonly Part[], objects: Snapshot['objects']): number {
  const known = new Set(parts.flatMap(({ hashes }) => hashes));
  return objects.reduce((sum, { hash, bytes }) => (known.has(hash) ? sum : sum + bytes), 0);
}

const nameOf = (hashes: readonly string[]): string =>
  createHash('sha1').update(hashes.toSorted().join('\n')).digest('hex');

async function recall(file: string, bucket: string): Promise<Part[]> {
  try {
    const known = JSON.parse(await readFile(file, 'utf8')) as { version: unknown; bucket: unknown; parts: Part[] };
    return known.version === VERSION && known.bucket === bucket ? known.parts : [];
  } catch {
    return []; // absent or unreadable
  }
}

/** Never fails: without the file, the next snapshot is sent completely. */
async function remember(file: string, bucket: string, parts: readonly Part[]): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    makeFolders(dirname(file), 0o700);
    await writeFile(draft, JSON.stringify({ version: VERSION, bucket, parts }), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    // The disk may be full, or the folder not writable.
  }
}
