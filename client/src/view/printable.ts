// Text from a VM, a notebook or a repository may be hostile: its control sequences must not reach the terminal.

/* oxlint-disable no-control-regex -- control characters are what is looked for */
const LINE_BREAK = /\r\n?/g;
// OSC, DCS and similar sequences up to their end or the end of the line (without an end they must not hide the rest); CSI;
// any other escape; the same as single C1 characters.
const SEQUENCE =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const COLOUR = /^\u001b\[[0-9;]*m$/;
// Control characters except tab and line feed, and characters that reorder or hide text.
const OTHER = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const EVERY_CONTROL = new RegExp(`${OTHER.source}|\u001b`, 'g');
/* oxlint-enable no-control-regex */

/** In characters. No program writes a longer colour sequence, and a log's reader holds no longer one back. */
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

/** Expects text without carriage returns. Calls `onSequence` with each sequence and its index, in their order. */
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
