// The bytes of mymlops.yml -> text.
import { KB, sizeText } from '../core/sizes';
import type { ConfigError } from './config-error';

/** A hundred times the size of any real file. */
export const LARGEST_CONFIG_BYTES = 256 * KB;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Characters that web pages use in place of spaces. */
const SPECIAL_INDENT = /^[ \t]*[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/m;

export type FileText = { ok: true; text: string } | { ok: false; errors: ConfigError[] };

/** The text without a byte order mark. Only UTF-8 is accepted. */
export function decodeText(bytes: Uint8Array): FileText {
  if (isUtf16(bytes)) return failure(1, 1, 'the file is UTF-16: save it as UTF-8');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return notUtf8(bytes);
  }
  return (
    refused(text, CONTROL_CHARACTER, 'this control character is not allowed: remove it') ??
    refused(text, SPECIAL_INDENT, 'this line is indented with a special space character: use plain spaces') ?? {
      ok: true,
      text,
    }
  );
}

/** The error for a file of `bytes`, which is too large to be read. */
export function tooLarge(bytes: number): FileText {
  const most = sizeText(LARGEST_CONFIG_BYTES);
  return failure(1, 1, `the file has ${sizeText(bytes)}, but at most ${most} are allowed`);
}

function failure(line: number, column: number, message: string): FileText {
  return { ok: false, errors: [{ line, column, message }] };
}

function refused(text: string, pattern: RegExp, message: string): FileText | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const before = text.slice(0, found.index).split('\n');
  return failure(before.length, (before.at(-1)?.length ?? 0) + 1, message);
}

/** Recognized by the byte order mark, or by the zeros between letters. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  const mark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return mark || (first === 0 && third === 0) || (second === 0 && fourth === 0);
}

/** The error at the first byte that is not UTF-8. */
function notUtf8(bytes: Uint8Array): FileText {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const isBad = (line: string): boolean => Buffer.from(line, 'latin1').toString('utf8').includes('\uFFFD');
  const index = Math.max(0, lines.findIndex(isBad));
  const column =
    Buffer.from(lines[index] ?? '', 'latin1')
      .toString('utf8')
      .indexOf('\uFFFD') + 1;
  return failure(index + 1, Math.max(1, column), 'this byte is not UTF-8: save the file as UTF-8');
}
