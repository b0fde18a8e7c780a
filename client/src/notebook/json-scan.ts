// Finds the parts of a JSON text without parsing their values. Everything that is not replaced stays byte for byte: 64-bit
// integers, forms of floats, the order of keys, duplicates.
import { MB } from '../core/sizes';
import { JsonScanError, endOfString, endOfWord, startOfNext } from './json-tokens';

export interface JsonNode {
  /** The name of a member of an object, decoded. */
  key?: string;
  /** Byte offsets; `end` is the first byte after the node. */
  start: number;
  end: number;
  /** Members or elements. Absent if the node is not a container, or was skipped. */
  children?: JsonNode[];
}

export interface ScanOptions {
  /** How many levels of children to return. */
  levels: number;
  /** Members with these names are checked, but their children are not returned. */
  opaque?: ReadonlySet<string>;
}

/** Python, which reads the notebook after us, fails between 500 and 1000 levels. */
export const DEEPEST_NESTING = 500;
const LONGEST_NAME = MB;

const OPEN = { object: 0x7b, array: 0x5b };
const CLOSE = { object: 0x7d, array: 0x5d };
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;

interface Cursor {
  bytes: Uint8Array;
  at: number;
  depth: number;
  opaque: ReadonlySet<string>;
}

/**
 * Checks all of `bytes` (UTF-8) in one pass. NaN, Infinity and -Infinity are accepted, because Python writes and reads them.
 * Throws JsonScanError.
 */
export function scanJson(bytes: Uint8Array, { levels, opaque = new Set() }: ScanOptions): JsonNode {
  const cursor: Cursor = { bytes, at: startOfNext(bytes, 0), depth: 0, opaque };
  const node = { start: cursor.at, ...withChildren(scanValue(cursor, levels)), end: cursor.at };
  cursor.at = startOfNext(bytes, cursor.at);
  if (cursor.at < bytes.length) throw new JsonScanError(cursor.at, 'there is more text after its end');
  return node;
}

/** Moves the cursor after the value. */
function scanValue(cursor: Cursor, levels: number): JsonNode[] | undefined {
  const first = cursor.bytes[cursor.at];
  if (first === QUOTE) cursor.at = endOfString(cursor.bytes, cursor.at);
  else if (first === OPEN.object) return scanContainer(cursor, levels, CLOSE.object, scanMember);
  else if (first === OPEN.array) return scanContainer(cursor, levels, CLOSE.array, scanElement);
  else cursor.at = endOfWord(cursor.bytes, cursor.at);
  return undefined;
}

type ScanChild = (cursor: Cursor, levels: number, noted: JsonNode[] | undefined) => void;

function scanContainer(cursor: Cursor, levels: number, close: number, scanChild: ScanChild): JsonNode[] | undefined {
  const noted: JsonNode[] | undefined = levels > 0 ? [] : undefined;
  if (++cursor.depth > DEEPEST_NESTING) {
    throw new JsonScanError(cursor.at, `it is nested more than ${DEEPEST_NESTING} levels deep`);
  }
  const { bytes } = cursor;
  cursor.at = startOfNext(bytes, cursor.at + 1);
  if (bytes[cursor.at] !== close) {
    for (;;) {
      scanChild(cursor, levels - 1, noted);
      cursor.at = startOfNext(bytes, cursor.at);
      if (bytes[cursor.at] !== COMMA) break;
      cursor.at = startOfNext(bytes, cursor.at + 1);
    }
    expectByte(cursor, close);
  }
  cursor.at++;
  cursor.depth--;
  return noted;
}

function scanElement(cursor: Cursor, levels: number, noted: JsonNode[] | undefined): void {
  const start = cursor.at;
  const children = scanValue(cursor, levels);
  noted?.push({ start, end: cursor.at, ...withChildren(children) });
}

function scanMember(cursor: Cursor, levels: number, noted: JsonNode[] | undefined): void {
  const { bytes } = cursor;
  expectByte(cursor, QUOTE);
  const name = cursor.at;
  cursor.at = endOfString(bytes, name);
  if (cursor.at - name > LONGEST_NAME) throw new JsonScanError(name, 'the name of a member is longer than 1 MB');
  const key = noted && (JSON.parse(Buffer.from(bytes.subarray(name, cursor.at)).toString()) as string);
  cursor.at = startOfNext(bytes, cursor.at);
  expectByte(cursor, COLON);
  cursor.at = startOfNext(bytes, cursor.at + 1);
  const start = cursor.at;
  const children = scanValue(cursor, key !== undefined && cursor.opaque.has(key) ? 0 : levels);
  noted?.push({ key, start, end: cursor.at, ...withChildren(children) });
}

function expectByte({ bytes, at }: Cursor, wanted: number): void {
  if (bytes[at] === wanted) return;
  throw new JsonScanError(at, at < bytes.length ? `${String.fromCharCode(wanted)} is missing` : 'it is incomplete');
}

function withChildren(children: JsonNode[] | undefined): Pick<JsonNode, 'children'> {
  return children ? { children } : {};
}
