// The log of a build, which its VM writes into the results bucket.
import { buildAttemptPrefix, type ImageDocument, LOG_FILE } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';
import { printable } from '../view/printable';

const SHOWN_LINES = 20;
/** Room for that many lines of output. */
const READ_BYTES = 8_192;

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
  const { results } = await buckets();
  const stat = await results.stat(object);
  if (!stat || stat.size === 0) return [];
  const start = Math.max(0, stat.size - READ_BYTES);
  const pieces = await results.stream(object, { start, signal });
  if (!pieces) return [];
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  const lines = printable(Buffer.concat(read).toString('utf8')).trimEnd().split('\n');
  const whole = start > 0 ? lines.slice(1) : lines;
  return [
    'The end of its log:',
    ...whole.slice(-SHOWN_LINES).map((line) => `  | ${line}`),
    `  to see all: mymlops-client image logs ${build}`,
  ];
}
