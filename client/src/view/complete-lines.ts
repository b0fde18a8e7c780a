// Where a growing log can be cut so that no line, and no character, is torn.

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A line that is longer is shown as it comes. */
const LONGEST_LINE = 65_536;

export interface LineHolder {
  /** Returns the bytes that it has not returned yet, up to the end of a line. */
  write(bytes: Buffer): Buffer;
  /** The line that has no end yet. */
  rest(): Buffer;
}

/** Holds back the line that is not complete. */
export function createLineHolder(): LineHolder {
  let held: Buffer = Buffer.alloc(0);
  return {
    write(bytes) {
      const whole = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const end = whole.length - completeLength(whole) > LONGEST_LINE ? whole.length : completeLength(whole);
      held = whole.subarray(end);
      return whole.subarray(0, end);
    },
    rest() {
      const rest = held;
      held = Buffer.alloc(0);
      return rest;
    },
  };
}

/**
 * Length of the part that is complete. A progress bar goes back to the start of its line and sends no line feed for
 * minutes: each of its states is complete too. A return at the very end may be the first half of a line end.
 */
export function completeLength(text: Buffer): number {
  return Math.max(text.lastIndexOf(LINE_FEED), text.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN)) + 1;
}
