// Text from a VM, a notebook or a repository is hostile: a terminal gets none of its control sequences.

/* oxlint-disable no-control-regex -- control characters are what is looked for */
const LINE_BREAK = /\r\n?/g;
// OSC, DCS and their kin up to their end, or the line's: one without an end must not hide what follows; CSI; any other escape; the same as single C1 characters.
const SEQUENCE =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const COLOUR = /^\u001b\[[0-9;]*m$/;
// Controls but tab and line feed, and what reorders or hides text.
const OTHER = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/* oxlint-enable no-control-regex */

/** Several lines; carriage returns become line feeds. `colours` keeps SGR sequences, for logs. */
export function printable(text: string, options: { colours?: boolean } = {}): string {
  return text
    .replace(LINE_BREAK, '\n')
    .replace(SEQUENCE, (sequence) => (options.colours && COLOUR.test(sequence) ? sequence : ''))
    .replace(options.colours ? OTHER : new RegExp(`${OTHER.source}|\u001b`, 'g'), '');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
