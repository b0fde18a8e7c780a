// A snapshot in the bucket may lie in several bundles: a whole one, and what later snapshots had on top. Which objects each
// of them holds is remembered here, so that only what is new is sent.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MAX_SOURCE_PARTS, sourceObject, sourcePartObject } from '@mymlops/protocol';
import type { Bucket } from '../google/bucket';
import { makeFolders } from '../files/make-folders';
import type { Snapshot } from './snapshot';

/** An object in the bucket. */
export interface Part {
  object: string;
  /** Of git's objects in it. */
  hashes: string[];
}

const VERSION = 1;

export interface Sending {
  bucket: Pick<Bucket, 'name' | 'exists' | 'uploadNew'>;
  /** What is known of the bucket. Need not exist. */
  partsFile: string;
  /** For the bundle; does not exist. */
  file: string;
}

/** Sends what the bucket lacks. The objects that the snapshot lies in; undefined: in the one that its tree names. */
export async function sendSnapshot(sending: Sending, snapshot: Snapshot): Promise<string[] | undefined> {
  const { bucket, partsFile, file } = sending;
  const { tree } = snapshot.source;
  const whole = sourceObject(tree);
  let parts = await findBase(sending, snapshot);
  const known = new Set(parts.flatMap(({ hashes }) => hashes));
  const hashes = snapshot.objects.map(({ hash }) => hash).filter((hash) => !known.has(hash));
  if (hashes.length > 0) {
    const object = parts.length === 0 ? whole : sourcePartObject(tree, nameOf(hashes));
    if (!(await bucket.exists(object))) {
      await snapshot.writeBundle(file, new Set(hashes));
      await bucket.uploadNew(file, object);
    }
    parts = [...parts, { object, hashes }];
    await remember(partsFile, bucket.name, parts);
  }
  const objects = parts.map(({ object }) => object);
  return objects.length === 1 && objects[0] === whole ? undefined : objects;
}

/** Parts to build upon: all are in the bucket, and with one more for the rest they are not too many. Empty: none. */
async function findBase({ bucket, partsFile }: Sending, snapshot: Snapshot): Promise<Part[]> {
  const base = chooseBase(await recall(partsFile, bucket.name), snapshot.objects);
  const found = await Promise.all(base.map(({ object }) => bucket.exists(object)));
  return found.every(Boolean) ? base : [];
}

/** Where too many parts are there, what came after the whole one is sent in one; where most is new, all of it. */
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
    return []; // none yet, or not readable
  }
}

/** Without it the next snapshot is sent whole. */
async function remember(file: string, bucket: string, parts: readonly Part[]): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    makeFolders(dirname(file), 0o700);
    await writeFile(draft, JSON.stringify({ version: VERSION, bucket, parts }), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    // A full disk, or a folder of somebody else's.
  }
}
