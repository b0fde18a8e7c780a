// The tokens of a JSON text: strings, numbers, words, and the space between them. Offsets are in bytes.

/** The text is not JSON. `offset` is the first wrong byte. */
export class JsonScanError extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const ESCAPABLE = new Set(Buffer.from('"\\/bfnrtu'));
const WORDS = ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'].map((word) => Buffer.from(word));

/** Offset of the first byte from `at` on that is not space. */
export function startOfNext(bytes: Uint8Array, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes[next];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return next;
    next++;
  }
}

/** Offset after the string that begins at `start`. */
export function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === undefined) throw new JsonScanError(at, 'a string has no closing quote');
    if (byte < 0x20) throw new JsonScanError(at, 'a string contains a line break or control character');
    at = byte === BACKSLASH ? endOfEscape(bytes, at) : at + 1;
  }
}

function endOfEscape(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1];
  if (letter === undefined || !ESCAPABLE.has(letter)) throw new JsonScanError(at, 'a backslash is not a valid escape');
  if (letter !== LOWER_U) return at + 2;
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (!isHexDigit(bytes[digit])) throw new JsonScanError(at, '\\u must be followed by four hexadecimal digits');
  }
  return at + 6;
}

/** Offset after the number, true, false, null, NaN or Infinity that begins at `start`. */
export function endOfWord(bytes: Uint8Array, start: number): number {
  if (isDigit(bytes[start])) return endOfNumber(bytes, start);
  const word = WORDS.find((letters) => letters.every((letter, index) => bytes[start + index] === letter));
  return word ? start + word.length : endOfNumber(bytes, start);
}

function endOfNumber(bytes: Uint8Array, start: number): number {
  const whole = bytes[start] === 0x2d ? start + 1 : start;
  let at = bytes[whole] === 0x30 ? whole + 1 : endOfDigits(bytes, whole, 'a value is missing');
  if (bytes[at] === 0x2e) at = endOfDigits(bytes, at + 1, 'digits are missing after a point');
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const sign = bytes[at + 1];
    at = endOfDigits(bytes, sign === 0x2b || sign === 0x2d ? at + 2 : at + 1, 'the digits of an exponent are missing');
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, start: number, otherwise: string): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  if (at === start) throw new JsonScanError(at, at < bytes.length ? otherwise : 'it is incomplete');
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
