// The log of a build, which its VM writes into the results bucket.
import { buildAttemptPrefix, type ImageDocument, LOG_FILE } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';
import { endOfLog } from '../logs/end-of-log';

/** That of the newest attempt; undefined before the first. */
export const logObject = (build: string, { attempt }: Pick<ImageDocument, 'attempt'>): string | undefined =>
  attempt === undefined ? undefined : `${buildAttemptPrefix(build, attempt)}${LOG_FILE}`;

/** The last lines of the log, under a line that says so, and how to read all of it. Empty if no log exists. */
export async function logEndLines(
  { buckets }: Pick<Deployment, 'buckets'>,
  build: string,
  document: Pick<ImageDocument, 'attempt'>,
  signal: AbortSignal,
): Promise<string[]> {
  const object = logObject(build, document);
  if (object === undefined) return [];
  const { results: bucket } = await buckets();
  return endOfLog({ bucket, object, signal, command: `mymlops-client image logs ${build}` });
}
