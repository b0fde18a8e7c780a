// A number that Python's int() or float() accepts -> the same number in a form for both JSON and YAML 1.1. It stays text,
// because JavaScript's numbers cannot represent 1.0 or long integers.
import { ValueFault } from './value-fault';

const DIGITS = String.raw`\d(?:_?\d)*`;
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`);
const FLOAT = new RegExp(String.raw`^[+-]?(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const NAN = /^[+-]?nan$/i;
const FORMS = [INTEGER, FLOAT, INFINITE, NAN];
const AROUND = /^[\t-\r ]+|[\t-\r ]+$/g;
/** Python also reads these as digits and spaces. */
const OTHER_DIGITS = /\p{Nd}/gu;
// oxlint-disable-next-line no-control-regex -- the spaces of Python's str.isspace()
const OTHER_SPACES = /[\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** Python does not read a longer one. */
const LONGEST_INTEGER = 4300;
/** YAML 1.1 writes `.inf`, and JSON has no infinity. A number that is too large is infinite in both. */
export const INFINITY = '1.0e+999';

/** Undefined if `text` is not a number in Python. Throws ValueFault for a number that cannot be passed. */
export function jsonOfNumber(text: string): string | undefined {
  const plain = text.replace(AROUND, '');
  if (INTEGER.test(plain)) return jsonOfInteger(plain);
  if (FLOAT.test(plain)) return jsonOfFloat(plain);
  if (INFINITE.test(plain)) return `${signOf(plain)}${INFINITY}`;
  if (NAN.test(plain)) throw new ValueFault('JSON has no nan');
  const usual = text.replace(OTHER_DIGITS, '0').replace(OTHER_SPACES, ' ').replace(AROUND, '');
  if (FORMS.some((form) => form.test(usual))) {
    throw new ValueFault('it has digits or spaces of another script, which only Python reads as a number');
  }
  return undefined;
}

const signOf = (text: string): string => (text.startsWith('-') ? '-' : '');

function jsonOfInteger(text: string): string {
  const digits = text.replace(/\D/g, '');
  if (digits.length > LONGEST_INTEGER) {
    throw new ValueFault(`the number has ${digits.length} digits, but Python reads at most ${LONGEST_INTEGER}`);
  }
  const significant = digits.replace(/^0+/, '');
  return significant === '' ? '0' : `${signOf(text)}${significant}`;
}

/** Writes a point, and a sign in the exponent, because `1e3` is text in YAML 1.1. Keeps all digits. */
export function jsonOfFloat(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.replaceAll('_', '')) ?? [];
  const digits = whole + fraction;
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return `${signOf(text)}0.0`;
  // The power of ten of the first significant digit.
  const power = BigInt(exponent) + BigInt(whole.length - (digits.length - significant.length) - 1);
  // Beyond these limits Python itself writes an exponent.
  const isPlain = power >= -4n && power < 16n;
  return `${signOf(text)}${isPlain ? withPoint(significant, Number(power)) : withExponent(significant, power)}`;
}

function withPoint(digits: string, power: number): string {
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  return `${digits.slice(0, power + 1).padEnd(power + 1, '0')}.${digits.slice(power + 1) || '0'}`;
}

function withExponent(digits: string, power: bigint): string {
  return `${digits.slice(0, 1)}.${digits.slice(1) || '0'}e${power < 0n ? '' : '+'}${power}`;
}
