// Recognizes files that are never part of a snapshot.
import { StringDecoder } from 'node:string_decoder';

/** `.env` and similar names. Templates to be copied and filled in are allowed. */
const SECRET_NAME = /^\.env(?!\.(?:example|sample|template)$)/i;
/** Key containers, whose content is binary. */
const KEY_CONTAINER = /\.(?:p12|pfx|jks)$/i;

/** A quick test: most paths match neither pattern. */
const SUSPICIOUS = /\.env|\.(?:p12|pfx|jks)$/i;

/** Every private key contains one of these, and so does a program that mentions one. */
const HINTS = ['PRIVATE KEY', 'PuTTY-User-Key-File-', 'AGE-SECRET-KEY-'];
/** Between the lines of a key in a program, a notebook or a configuration: line breaks, quotes, commas, indentation. */
const GAP = String.raw`(?:\\[nrt]|[\s"',+\\])*`;
// A key, and not a program that mentions one: base64 follows the first line, or the header of an encrypted key. The first
// line in SSH.COM's format has four dashes and a space.
const PRIVATE_KEY = new RegExp(
  String.raw`-{4,5} ?BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)? ?-{4,5}${GAP}(?:[A-Za-z0-9+/=]{32}|Proc-Type:|Version:|Comment:|Subject:)` +
    String.raw`|PuTTY-User-Key-File-\d+:[^]{0,4096}?Private-Lines:` +
    String.raw`|AGE-SECRET-KEY-(?:PQ-)?1[02-9AC-HJ-NP-Z]{32}`,
);
/** The proof of a key follows the hint within so many bytes. */
const WINDOW = 8192;
const LONGEST_BEGINNING = 64;
/** Bytes from the beginning of a key to the end of its proof. */
const LONGEST_KEY = LONGEST_BEGINNING + WINDOW + Math.max(...HINTS.map((hint) => hint.length));

/** The part of `path` whose name alone suggests secrets: a file, or a folder with a slash at the end. */
export function secretPartOf(path: string): string | null {
  if (!SUSPICIOUS.test(path)) return null;
  const names = path.split('/');
  const at = names.findIndex((name) => SECRET_NAME.test(name));
  if (at < 0) return KEY_CONTAINER.test(path) ? path : null;
  return names.slice(0, at + 1).join('/') + (at < names.length - 1 ? '/' : '');
}

export const holdsPrivateKey = (content: Buffer): boolean => holdsKey(decoderFor(content)(content));

/**
 * Searches a content that comes in pieces, of which the first has at least two bytes. Returns for each piece whether a key
 * ends in it.
 */
export function createKeyFinder(): (piece: Buffer) => boolean {
  let decode: ((piece: Buffer) => Buffer) | undefined;
  let end: Buffer = Buffer.alloc(0);
  return (piece) => {
    decode ??= decoderFor(piece);
    const bytes = decode(piece);
    const border = Buffer.concat([end, bytes.subarray(0, LONGEST_KEY)]);
    const isFound = (end.length > 0 && holdsKey(border)) || holdsKey(bytes);
    const newest = bytes.length < LONGEST_KEY ? border : bytes;
    end = Buffer.from(newest.subarray(Math.max(0, newest.length - LONGEST_KEY)));
    return isFound;
  };
}

function holdsKey(bytes: Buffer): boolean {
  return HINTS.some((hint) => {
    for (let at = bytes.indexOf(hint); at >= 0; at = bytes.indexOf(hint, at + 1)) {
      const near = bytes.toString('latin1', Math.max(0, at - LONGEST_BEGINNING), at + WINDOW);
      if (PRIVATE_KEY.test(near)) return true;
    }
    return false;
  });
}

/** Converts UTF-16, which PowerShell's `>` and older editors (big-endian) write, to UTF-8. Leaves other contents unchanged. */
function decoderFor(beginning: Buffer): (piece: Buffer) => Buffer {
  const mark = beginning.toString('latin1', 0, 2);
  if (mark !== '\u00ff\u00fe' && mark !== '\u00fe\u00ff') return (piece) => piece;
  const decoder = new StringDecoder('utf16le');
  if (mark === '\u00ff\u00fe') return (piece) => Buffer.from(decoder.write(piece));
  let odd: Buffer = Buffer.alloc(0);
  return (piece) => {
    const bytes = Buffer.concat([odd, piece]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
    odd = bytes.subarray(whole.length);
    return Buffer.from(decoder.write(whole.swap16()));
  };
}
