// Where a growing log can be cut so that no line, and no character, is torn.

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Length of the part that is complete. A progress bar goes back to the start of its line and sends no line feed for
 * minutes: each of its states is complete too. A return at the very end may be the first half of a line end.
 */
export function completeLength(text: Buffer): number {
  return Math.max(text.lastIndexOf(LINE_FEED), text.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN)) + 1;
}
