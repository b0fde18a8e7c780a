// The files that an attempt of a run saved in the buckets.
import {
  ATTEMPT_OBJECTS,
  type RunDocument,
  attemptPrefix,
  isVoidOutcome,
  outcome as outcomeSchema,
  isLiveObject,
  parseJson,
  progressPrefix,
  resultsPrefix,
} from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Bucket, Buckets } from '../google/bucket';

export interface ResultFile {
  path: string;
  object: string;
  size: number;
  generation: string;
  /** Absent if the attempt saved no manifest, because its VM was lost. */
  sha256?: string;
  /** The bucket's hash in base64, if there is no manifest. */
  md5?: string;
}

/** Number of the attempt that decided the end, else of the newest; null if there is none. */
export function attemptWithResults(document: RunDocument): number | null {
  const newest = Math.max(0, ...Object.keys(document.attempts).map(Number));
  return document.end?.attempt ?? (newest || null);
}

/** The files of the manifest; without a manifest, those in the buckets. Throws ExpectedError if there are none. */
export async function listResults(buckets: Buckets, run: string, document: RunDocument): Promise<ResultFile[]> {
  const attempt = attemptWithResults(document);
  const files = attempt === null ? [] : await filesOf(buckets, run, attempt);
  if (files.length > 0) return files;
  throw document.end
    ? new ExpectedError(`${run} has no results. See: mymlops-client show ${run}`, EXIT.notFound)
    : new ExpectedError(`${run} has no results yet: it is ${document.status}.`, EXIT.notFinished);
}

async function filesOf(buckets: Buckets, run: string, attempt: number): Promise<ResultFile[]> {
  const prefix = resultsPrefix(run, attempt);
  const text = (await buckets.results.read(`${attemptPrefix(run, attempt)}${ATTEMPT_OBJECTS.outcome}`))?.toString(
    'utf8',
  );
  if (text === undefined || isVoidOutcome(text)) {
    const [final, soFar] = await Promise.all([
      filesBelow(buckets.results, prefix),
      filesBelow(buckets.live, progressPrefix(run, attempt)),
    ]);
    // Some may have come to the results bucket before the VM was lost.
    const paths = new Set(final.map(({ path }) => path));
    return [...final, ...soFar.filter(({ path }) => !paths.has(path))];
  }
  const outcome = parseJson(outcomeSchema, text);
  if (!outcome.ok) throw new ExpectedError(`The manifest of ${run} is not valid: ${outcome.error}`);
  return outcome.value.manifest.map((entry) => ({ ...entry, object: `${prefix}${entry.path}` }));
}

async function filesBelow(bucket: Bucket, prefix: string): Promise<ResultFile[]> {
  const objects = await bucket.list(prefix);
  return objects.map(({ name, ...stat }) => ({ path: name.slice(prefix.length), object: name, ...stat }));
}

/** Downloads from whichever bucket an object lies in. */
export const downloader = ({ results, live }: Buckets): Pick<Bucket, 'download'> => ({
  download: (object, file) => (isLiveObject(object) ? live : results).download(object, file),
});
