// A list or object in JSON or Python syntax -> JSON text with the same meaning in JSON and YAML 1.1.
import { jsonOfText } from '@mymlops/protocol';
import { jsonOfNumber } from './number';
import { ValueFault } from './value-fault';

const SPACE = /[\t\n\r ]*/y;
// oxlint-disable-next-line no-control-regex -- JSON allows none in a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const WORD = /[^\s,:[\]{}"']+/y;

/** Words of JSON and Python. */
export const WORDS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['True', 'true'],
  ['false', 'false'],
  ['False', 'false'],
  ['null', 'null'],
  ['None', 'null'],
]);

/** PyYAML fails somewhat above 100. */
const DEEPEST = 60;
/** YAML does not accept a longer key. */
const LONGEST_KEY = 1000;

/** The text is not JSON. `offset` is the first wrong character. */
export class NoJson extends Error {
  constructor(readonly offset: number) {
    super('not JSON');
  }
}

interface Cursor {
  text: string;
  at: number;
  depth: number;
}

/** Throws NoJson, and ValueFault for a value that cannot be passed. */
export function jsonOfContainer(text: string): string {
  return wholly(text, readValue);
}

/** Names and JSON texts of an object's members. Throws like jsonOfContainer. */
export function membersOf(text: string): Map<string, string> {
  return wholly(text, (cursor) => {
    if (!takes(cursor, '{')) throw new NoJson(cursor.at);
    return readMembers(cursor);
  });
}

/** Converts a JSON string to the form of `jsonOfText`. Throws ValueFault for half a character. */
export function jsonOfString(json: string): string {
  const text = JSON.parse(json) as string;
  if (/\p{Surrogate}/u.test(text)) throw new ValueFault('it contains half a character (\\ud800 to \\udfff)');
  return jsonOfText(text);
}

export function jsonOfObject(members: ReadonlyMap<string, string>): string {
  const parts = Array.from(members, ([name, json]) => {
    const key = jsonOfText(name);
    if (key.length > LONGEST_KEY) throw new ValueFault(`a name in it has more than ${LONGEST_KEY} characters`);
    return `${key}: ${json}`;
  });
  return `{${parts.join(', ')}}`;
}

function wholly<T>(text: string, read: (cursor: Cursor) => T): T {
  const cursor = { text, at: 0, depth: 0 };
  const value = read(cursor);
  take(cursor, SPACE);
  if (cursor.at < text.length) throw new NoJson(cursor.at);
  return value;
}

function readValue(cursor: Cursor): string {
  if (takes(cursor, '[')) return `[${readItems(cursor, ']', readValue).join(', ')}]`;
  if (takes(cursor, '{')) return jsonOfObject(readMembers(cursor));
  const { text, at } = cursor;
  if (text[at] === '"') return readString(cursor);
  const word = take(cursor, WORD) ?? '';
  const json = WORDS.get(word) ?? jsonOfNumber(word);
  if (json === undefined) throw new NoJson(at);
  return json;
}

/** If several members have the same name, the last one counts, as in Python. */
function readMembers(cursor: Cursor): Map<string, string> {
  return new Map(
    readItems(cursor, '}', () => {
      take(cursor, SPACE);
      const name = JSON.parse(readString(cursor)) as string;
      if (!takes(cursor, ':')) throw new NoJson(cursor.at);
      return [name, readValue(cursor)] as const;
    }),
  );
}

function readItems<T>(cursor: Cursor, close: string, read: (cursor: Cursor) => T): T[] {
  if (++cursor.depth > DEEPEST) throw new ValueFault(`it is nested more than ${DEEPEST} levels deep`);
  const items: T[] = [];
  if (!takes(cursor, close)) {
    do items.push(read(cursor));
    while (takes(cursor, ','));
    if (!takes(cursor, close)) throw new NoJson(cursor.at);
  }
  cursor.depth--;
  return items;
}

function readString(cursor: Cursor): string {
  const found = take(cursor, STRING);
  if (found === undefined) throw new NoJson(cursor.at);
  return jsonOfString(found);
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

function takes(cursor: Cursor, letter: string): boolean {
  take(cursor, SPACE);
  if (cursor.text[cursor.at] !== letter) return false;
  cursor.at++;
  return true;
}
