// Cuts a growing log at line ends, so that no line and no character is split.

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A longer line is printed before it is complete. */
const LONGEST_LINE = 65_536;

export interface LineHolder {
  /** Adds bytes. Returns all complete lines that were not returned before. */
  write(bytes: Buffer): Buffer;
  /** Returns the incomplete line. */
  rest(): Buffer;
}

/** Holds back an incomplete line. */
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
 * Length of the complete lines. A progress bar returns to the start of its line and sends no line feed for minutes, so each
 * of its states counts as complete too. A return at the very end may be the first half of a line end.
 */
export function completeLength(text: Buffer): number {
  return Math.max(text.lastIndexOf(LINE_FEED), text.subarray(0, -1).lastIndexOf(CARRIAGE_RETURN)) + 1;
}
