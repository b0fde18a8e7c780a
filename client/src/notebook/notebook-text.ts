// The bytes of a notebook file: UTF-8, JSON, and where it is not.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { ExpectedError } from '../core/errors';
import { GB } from '../view/sizes';
import { type JsonNode, scanJson } from './json-scan';
import { JsonScanError, startOfNext } from './json-tokens';

/** It is read as a whole. */
const LARGEST_FILE = GB;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Down to the tags of a cell of format 3. */
const LEVELS = 7;
/** Large, and of no interest here. */
const OPAQUE = new Set(['outputs', 'widgets', 'attachments']);

/** The file without a byte order mark, which Windows editors write and Jupyter refuses. Throws ExpectedError. */
export function readNotebookFile(path: string, name: string): Buffer {
  if (statSync(path).size > LARGEST_FILE) {
    throw new ExpectedError(`${name} is larger than 1 GB. Clear its outputs, or keep the data in it elsewhere.`);
  }
  const content = readContent(path, name);
  const bytes = content.indexOf(BYTE_ORDER_MARK) === 0 ? content.subarray(BYTE_ORDER_MARK.length) : content;
  if (!isUtf8(bytes) || bytes.subarray(0, 4).includes(0)) {
    throw new ExpectedError(`${name} is not a notebook: it is not UTF-8. Save it in that encoding.`);
  }
  return bytes;
}

function readContent(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ExpectedError(`${name} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** Where its parts are. Throws ExpectedError with line and column where it is not JSON. */
export function scanNotebook(bytes: Buffer, name: string): JsonNode {
  try {
    return scanJson(bytes, { levels: LEVELS, opaque: OPAQUE });
  } catch (error) {
    if (!(error instanceof JsonScanError)) throw error;
    throw new ExpectedError(`${name} is not a notebook: ${explain(bytes, error)}`);
  }
}

function explain(bytes: Buffer, { offset, message }: JsonScanError): string {
  if (startOfNext(bytes, 0) >= bytes.length) return 'it is empty.';
  const { line, column } = placeOf(bytes, offset);
  const place = `line ${line}, column ${column}`;
  if (/^(?:<{7}|={7}|>{7})/.test(bytes.toString('latin1', offset, offset + 7))) {
    return `it holds the marks of a merge conflict (${place}). Resolve it first.`;
  }
  return `it is no JSON that Jupyter reads (${place}: ${message}). Mend it there, or restore an earlier version.`;
}

/** Counted in bytes, as a line may be longer than a text can be. */
function placeOf(bytes: Buffer, offset: number): { line: number; column: number } {
  let [line, column] = [1, 1];
  for (let at = 0; at < offset; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) [line, column] = [line + 1, 1];
    // A character of four bytes is two units of a text; the bytes behind a first one are none.
    else if ((byte & 0xc0) !== 0x80) column += byte >= 0xf0 ? 2 : 1;
  }
  return { line, column };
}
