// The last lines of a log in the bucket.
import type { Bucket } from '../google/bucket';
import { printable } from '../view/printable';

const SHOWN_LINES = 20;
/** Room for that many lines of output. */
const READ_BYTES = 8_192;

export interface LogEnd {
  bucket: Pick<Bucket, 'stat' | 'stream'>;
  object: string;
  signal: AbortSignal;
  /** The command that prints all of it. */
  command: string;
}

/** The lines under one that says so, and how to read all. Empty if no log exists. */
export async function endOfLog({ bucket, object, signal, command }: LogEnd): Promise<string[]> {
  const stat = await bucket.stat(object);
  if (!stat || stat.size === 0) return [];
  const start = Math.max(0, stat.size - READ_BYTES);
  const pieces = await bucket.stream(object, { start, signal });
  if (!pieces) return [];
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  const lines = printable(Buffer.concat(read).toString('utf8')).trimEnd().split('\n');
  const whole = start > 0 ? lines.slice(1) : lines;
  return ['The end of its log:', ...whole.slice(-SHOWN_LINES).map((line) => `  | ${line}`), `  to see all: ${command}`];
}
