// Text from a VM, a notebook or a repository is hostile: a terminal gets none of its control sequences.

/* oxlint-disable no-control-regex -- control characters are what is looked for */
const LINE_BREAK = /\r\n?/g;
// OSC, DCS and their kin up to their end, or the line's: one without an end must not hide what follows; CSI; any other escape; the same as single C1 characters.
const SEQUENCE =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const COLOUR = /^\u001b\[[0-9;]*m$/;
// Controls but tab and line feed, and what reorders or hides text.
const OTHER = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const EVERY_CONTROL = new RegExp(`${OTHER.source}|\u001b`, 'g');
/* oxlint-enable no-control-regex */

/** In characters: no program sets more colours than fit into this at once, and a log's reader holds no longer one. */
export const LONGEST_COLOUR = 128;

export interface PrintableOptions {
  /** Keeps SGR sequences, for logs. */
  colours?: boolean;
}

/** Several lines; carriage returns become line feeds. */
export function printable(text: string, options: PrintableOptions = {}): string {
  return withoutSequences(withoutReturns(text), options);
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

export const withoutReturns = (text: string): string => text.replace(LINE_BREAK, '\n');

/** Takes text without carriage returns. Calls `onSequence` with each sequence and its place, in their order. */
export function withoutSequences(
  text: string,
  options: PrintableOptions,
  onSequence?: (sequence: string, at: number) => void,
): string {
  const replaceSequence = (sequence: string, at: number): string => {
    onSequence?.(sequence, at);
    return options.colours && sequence.length <= LONGEST_COLOUR && COLOUR.test(sequence) ? sequence : '';
  };
  return text.replace(SEQUENCE, replaceSequence).replace(options.colours ? OTHER : EVERY_CONTROL, '');
}
