// Until when an instance is to stay on. Pure.
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { endsAtMs, isWanted } from '../view/instance-facts';
import { localTime } from '../view/times';
import type { KnownInstance } from './find-instance';

/** Milliseconds. Throws ExpectedError for one that is off or goes down, and beyond the time at which Google stops it. */
export function plannedEnd(name: string, document: KnownInstance, seconds: number, now: Date): number {
  const { status } = document;
  if (status === 'stopping') {
    throw new ExpectedError(
      `${name} is being stopped, which cannot be undone. When it is off, start it again: mymlops-client start ${name}`,
      EXIT.notFinished,
    );
  }
  if (!isWanted(document)) {
    throw new ExpectedError(
      `${name} is ${status}. Only one that is on can be extended. To start it: mymlops-client start ${name}`,
      EXIT.error,
    );
  }
  const untilMs = now.getTime() + seconds * 1000;
  const endMs = endsAtMs(document);
  if (endMs !== undefined && untilMs > endMs) {
    throw new ExpectedError(
      `Google stops ${name} at ${localTime(new Date(endMs).toISOString())}, the limit that its start has set (--max). Extend it to a time before that.`,
      EXIT.error,
    );
  }
  return untilMs;
}
