// `printable` for a text in pieces that may be cut anywhere. The result is the same as for the whole text, and only a
// character or the beginning of a sequence is held back.
import { LONGEST_COLOUR, type PrintableOptions, withoutReturns, withoutSequences } from './printable';

export interface PrintableStream {
  /** Adds bytes. Returns new text up to where the result depends on the next bytes. */
  write(bytes: Buffer): string | Buffer;
  /** Returns the rest. Nothing may be written afterwards. */
  end(): string;
}

/* oxlint-disable no-control-regex -- control characters are what is looked for */
/** Sequences that may continue after the end of the text. An escape ends a string, and may be the first half of its end. */
const BEGUN: readonly { pattern: RegExp; shortened(sequence: string): string }[] = [
  {
    pattern: /^(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*$/,
    shortened: () => '\u001b]',
  },
  // No colour has the parameter `<`, and after a space no parameter can follow.
  {
    pattern: /^(?:\u001b\[|\u009b)[0-?]*[ -/]*$/,
    shortened: (sequence) => (/[ -/]$/.test(sequence) ? '\u001b[ ' : '\u001b[<'),
  },
  { pattern: /^\u001b[ -/]*$/, shortened: () => '\u001b ' },
];
/* oxlint-enable no-control-regex */

export function createPrintableStream(options: PrintableOptions): PrintableStream {
  let torn: Buffer = Buffer.alloc(0);
  let isAfterReturn = false;
  let begun = '';
  const print = (piece: string): string => {
    const whole = begun + withoutReturns(isAfterReturn && piece.startsWith('\n') ? piece.slice(1) : piece);
    if (piece !== '') isAfterReturn = piece.endsWith('\r');
    let last = { sequence: '', end: 0 };
    const shown = withoutSequences(whole, options, (sequence, at) => {
      last = { sequence, end: at + sequence.length };
    });
    // An incomplete sequence is removed like a complete one, and examined again together with the next piece.
    begun = last.end === whole.length ? shortenedIfBegun(last.sequence) : '';
    return shown;
  };
  return {
    write(bytes) {
      if (torn.length === 0 && begun === '' && !isAfterReturn && isPlain(bytes)) return bytes;
      const whole = Buffer.concat([torn, bytes]);
      const end = whole.length - tornLength(whole);
      torn = whole.subarray(end);
      return print(whole.toString('utf8', 0, end));
    },
    end: () => print(torn.toString('utf8')),
  };
}

/** Only ASCII letters, tabs and line feeds, like most of a log: these bytes are returned without decoding. */
function isPlain(bytes: Buffer): boolean {
  // An indexed loop: for...of over bytes costs several times as much.
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte > 0x7e || (byte < 0x20 && byte !== 0x0a && byte !== 0x09)) return false;
  }
  return true;
}

/** A short sequence that continues and is removed in the same way as the given one; empty if the given one is complete. */
function shortenedIfBegun(sequence: string): string {
  const kind = BEGUN.find(({ pattern }) => pattern.test(sequence));
  if (!kind || sequence.length < LONGEST_COLOUR) return kind ? sequence : '';
  return kind.shortened(sequence);
}

/** Number of bytes at the end that are the beginning of a UTF-8 character. */
function tornLength(bytes: Buffer): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
  }
  return 0;
}
