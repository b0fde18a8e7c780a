// What an attempt of a run left in the bucket.
import {
  ATTEMPT_OBJECTS,
  type RunDocument,
  attemptPrefix,
  isVoidOutcome,
  outcome as outcomeSchema,
  parseJson,
  resultsPrefix,
} from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Bucket } from '../google/bucket';

export interface ResultFile {
  path: string;
  object: string;
  size: number;
  generation: string;
  /** Absent where the attempt left no manifest: a VM that was lost half-way. */
  sha256?: string;
  /** The bucket's, in base64, where there is no manifest. */
  md5?: string;
}

/** The attempt that earned the end, else the newest. */
export function attemptWithResults(document: RunDocument): number | null {
  const newest = Math.max(0, ...Object.keys(document.attempts).map(Number));
  return document.end?.attempt ?? (newest || null);
}

/** Files of the manifest, or where there is none those that are in the bucket. Throws ExpectedError where there are none. */
export async function listResults(bucket: Bucket, run: string, document: RunDocument): Promise<ResultFile[]> {
  const attempt = attemptWithResults(document);
  const files = attempt === null ? [] : await filesOf(bucket, run, attempt);
  if (files.length > 0) return files;
  throw document.end
    ? new ExpectedError(`${run} left no results. See: mymlops-client show ${run}`, EXIT.notFound)
    : new ExpectedError(`${run} has no results yet: it is ${document.status}.`, EXIT.notFinished);
}

async function filesOf(bucket: Bucket, run: string, attempt: number): Promise<ResultFile[]> {
  const prefix = resultsPrefix(run, attempt);
  const text = (await bucket.read(`${attemptPrefix(run, attempt)}${ATTEMPT_OBJECTS.outcome}`))?.toString('utf8');
  if (text === undefined || isVoidOutcome(text)) {
    const objects = await bucket.list(prefix);
    return objects.map(({ name, ...facts }) => ({ path: name.slice(prefix.length), object: name, ...facts }));
  }
  const outcome = parseJson(outcomeSchema, text);
  if (!outcome.ok) throw new ExpectedError(`The manifest of ${run} cannot be read: ${outcome.error}`);
  return outcome.value.manifest.map((entry) => ({ ...entry, object: `${prefix}${entry.path}` }));
}
