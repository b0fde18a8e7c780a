// `-P FILE`: reads parameters from a YAML or JSON file like papermill's `-f`. Numbers keep their spelling.
import { readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { jsonOfText, MAX_REQUEST_BYTES } from '@mymlops/protocol';
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import { decodeText } from '../config/file-text';
import { parseYaml } from '../config/yaml-document';
import { isMergeKey, targetOf } from '../config/yaml-nodes';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { textOfScalar } from './block-text';
import { jsonOfObject, membersOf, NoJson } from './container';
import { ValueFault } from './value-fault';
import { jsonOfPlain } from './yaml-scalar';

/** Line breaks only in YAML 1.1. */
const OTHER_BREAKS = /[\u0085\u2028\u2029]/;

/** Throws ExpectedError with line and column. */
export function readParametersFile(name: string, cwd: string): Map<string, string> {
  const text = textOf(name, resolve(cwd, name));
  return extname(name).toLowerCase() === '.json' ? fromJson(name, text) : fromYaml(name, text);
}

function refuse(name: string, message: string): ExpectedError {
  return new ExpectedError(`${name}: ${message}.`, EXIT.usage);
}

function textOf(name: string, path: string): string {
  let bytes: Buffer;
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw refuse(name, 'it is a folder. Name a file');
    if (!stat.isFile()) throw refuse(name, 'it is not a regular file; -P needs a YAML or JSON file');
    if (stat.size > MAX_REQUEST_BYTES) {
      throw refuse(name, `it has ${stat.size} bytes, but at most ${MAX_REQUEST_BYTES} are allowed`);
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(name, code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  }
  const decoded = decodeText(bytes);
  if (decoded.ok) return decoded.text;
  const [error] = decoded.errors;
  throw refuse(`${name}:${error?.line}:${error?.column}`, error?.message ?? 'it is not text');
}

function fromJson(name: string, text: string): Map<string, string> {
  try {
    return membersOf(text);
  } catch (error) {
    if (error instanceof ValueFault) throw refuse(name, error.message);
    if (!(error instanceof NoJson)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    const place = `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw refuse(place, 'it is not a JSON object of names and values');
  }
}

function fromYaml(name: string, text: string): Map<string, string> {
  if (OTHER_BREAKS.test(text)) {
    throw refuse(name, 'it contains a line break that only YAML 1.1 has (U+0085, U+2028): replace it');
  }
  const { document, at, errors } = parseYaml(text, 'failsafe');
  const [fault] = errors;
  if (fault) throw refuse(`${name}:${fault.line}:${fault.column}`, fault.message);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === '' && isPlain(contents))) return new Map();
  if (!isMap(contents)) throw refuse(name, 'it must be a mapping of names to values');
  let offset = 0;
  try {
    const walk: Walk = {
      document,
      source: text,
      visit: (node) => {
        offset = node.range?.[0] ?? offset;
      },
      room: { left: MAX_REQUEST_BYTES },
    };
    requirePlainTag(contents, walk);
    return mappingOf(contents, walk);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    const { line, column } = at(offset, '');
    throw refuse(`${name}:${line}:${column}`, error.message);
  }
}

interface Walk {
  document: Document;
  /** The text of the file. */
  source: string;
  /** Called for each scalar, so that an error has line and column. */
  visit(node: { range?: [number, number, number] | null }): void;
  /** Characters that are left: a few aliases can expand to more than fits into memory. */
  room: { left: number };
}

const isPlain = (node: Scalar): boolean => node.type === 'PLAIN' && node.tag === undefined;

function jsonOfNode(node: unknown, walk: Walk): string {
  if (isAlias(node)) return jsonOfNode(node.resolve(walk.document), walk);
  requireAnchor(node, walk);
  requirePlainTag(node, walk);
  if (isMap(node)) return jsonOfObject(mappingOf(node, walk));
  if (isSeq(node)) return `[${node.items.map((item) => jsonOfNode(item, walk)).join(', ')}]`;
  if (!isScalar(node)) return 'null';
  walk.visit(node);
  const json = jsonOfScalar(node, walk.source);
  walk.room.left -= json.length;
  if (walk.room.left < 0) throw new ValueFault(`the values have more than ${MAX_REQUEST_BYTES} characters`);
  return json;
}

/** In YAML 1.2 the name of an anchor may contain characters that end it in YAML 1.1. */
function requireAnchor(node: unknown, walk: Walk): void {
  if (!isNode(node) || isAlias(node) || node.anchor === undefined || /^[\w-]+$/.test(node.anchor)) return;
  walk.visit(node);
  throw new ValueFault(`the anchor &${node.anchor} must have a name of letters, digits, - and _`);
}

/** YAML has sets and lists of pairs, JSON does not. A collection without a tag, or with the tag of its kind, is plain. */
function requirePlainTag(node: unknown, walk: Walk): void {
  if (!isMap(node) && !isSeq(node)) return;
  const plain = `tag:yaml.org,2002:${isMap(node) ? 'map' : 'seq'}`;
  if (node.tag === undefined || node.tag === plain) return;
  walk.visit(node);
  throw new ValueFault(
    `the tag ${shownTag(node.tag)} has no counterpart in JSON: write a plain list or mapping without it`,
  );
}

const shownTag = (tag: string): string => tag.replace('tag:yaml.org,2002:', '!!');

function jsonOfScalar(node: Scalar, source: string): string {
  const text = textOfScalar(node, source);
  if (isPlain(node)) return jsonOfPlain(text);
  if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str') {
    throw new ValueFault(`the tag ${shownTag(node.tag)} is not supported: write the value without it`);
  }
  if (/\p{Surrogate}/u.test(text)) throw new ValueFault('it contains half a character (\\ud800 to \\udfff)');
  return jsonOfText(text);
}

/** Merged values come first: the mapping's own values replace them, and an earlier merge replaces a later one. */
function mappingOf(node: YAMLMap, walk: Walk): Map<string, string> {
  const merged: Map<string, string>[] = [];
  const own = new Map<string, string>();
  for (const { key, value } of node.items) {
    if (isMergeKey(key)) {
      const target = targetOf(walk.document, value);
      const sources = isSeq(target) ? target.items.map((item) => targetOf(walk.document, item)) : [target];
      merged.unshift(
        ...sources
          .filter(isMap)
          .map((source) => mappingOf(source, walk))
          .toReversed(),
      );
    } else own.set(keyOf(key, walk), jsonOfNode(value, walk));
  }
  return new Map([...merged.flatMap((each) => [...each]), ...own]);
}

function keyOf(key: unknown, walk: Walk): string {
  const node = targetOf(walk.document, key);
  if (!isScalar(node)) throw new ValueFault('a name must be text');
  walk.visit(node);
  const text = textOfScalar(node, walk.source);
  const isText = jsonOfScalar(node, walk.source).startsWith('"');
  if (!isText) throw new ValueFault(`the name ${text} is not text in YAML 1.1: write it in quotes`);
  return text;
}
