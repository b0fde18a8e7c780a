// A duration on the command line.
import { parseDuration } from '../config/duration';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { coarseText } from '../view/times';

/** Seconds; `most` and `least` are seconds, too. Throws ExpectedError with the option's name. */
export function durationOption(
  name: string,
  text: string,
  { most, least = 1 }: { most: number; least?: number },
): number {
  const seconds = parseDuration(text);
  if (seconds === null) {
    throw new ExpectedError(`${name} must be a duration such as 30m, 2h or 1d, not ${text}.`, EXIT.usage);
  }
  if (seconds >= least && seconds <= most) return seconds;
  throw new ExpectedError(`${name} must be from ${coarseText(least)} to ${coarseText(most)}, not ${text}.`, EXIT.usage);
}
