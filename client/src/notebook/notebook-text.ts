// Reads a notebook file, and reports the place of the first error if it is not UTF-8 or not JSON.
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { ExpectedError } from '../core/errors';
import { GB } from '../core/sizes';
import { type JsonNode, scanJson } from './json-scan';
import { JsonScanError, startOfNext } from './json-tokens';

/** The file is read into memory as a whole. */
const LARGEST_FILE = GB;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Down to the tags of a cell of format 3. */
const LEVELS = 7;
/** Large members whose children are not needed. */
const OPAQUE = new Set(['outputs', 'widgets', 'attachments']);

/** The file without a byte order mark, which Windows editors write and Jupyter refuses. Throws ExpectedError. */
export function readNotebookFile(path: string, name: string): Buffer {
  if (statSync(path).size > LARGEST_FILE) {
    throw new ExpectedError(`${name} is larger than 1 GB. Clear its outputs, or move its data to other files.`);
  }
  const content = readContent(path, name);
  const bytes = content.indexOf(BYTE_ORDER_MARK) === 0 ? content.subarray(BYTE_ORDER_MARK.length) : content;
  if (!isUtf8(bytes) || bytes.subarray(0, 4).includes(0)) {
    throw new ExpectedError(`${name} is not a notebook: it is not UTF-8. Save it as UTF-8.`);
  }
  return bytes;
}

function readContent(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ExpectedError(`Cannot read ${name} (${(error as NodeJS.ErrnoException).code}). Check its permissions.`);
  }
}

/** Finds the parts of the notebook. Throws ExpectedError with line and column if it is not JSON. */
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
    return `it contains an unresolved merge conflict (${place}). Resolve it first.`;
  }
  return `it is not JSON that Jupyter can read (${place}: ${message}). Correct it there, or restore an earlier version.`;
}

/** Counts on the bytes, because a line may be longer than the longest JavaScript string. */
function placeOf(bytes: Buffer, offset: number): { line: number; column: number } {
  let [line, column] = [1, 1];
  for (let at = 0; at < offset; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a) [line, column] = [line + 1, 1];
    // A character of four bytes counts as two columns; continuation bytes do not count.
    else if ((byte & 0xc0) !== 0x80) column += byte >= 0xf0 ? 2 : 1;
  }
  return { line, column };
}
