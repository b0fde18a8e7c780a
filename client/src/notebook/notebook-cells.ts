// The cells of a notebook of format 4, and what is replaced before it is sent.
import { isCountedCell } from '@mymlops/protocol';
import type { JsonNode } from './json-scan';

/** `text` takes the place of the bytes from `start` to `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** What an execution leaves in a code cell, and what stands there before one. */
export const BEFORE_EXECUTION: ReadonlyMap<string, string> = new Map([
  ['outputs', '[]'],
  ['execution_count', 'null'],
]);

/** In the metadata of a cell: what papermill says of it, and when it ran. The verdict takes them for signs of this run. */
const CELL_MARKS: ReadonlyMap<string, string> = new Map([
  ['papermill', '{}'],
  ['execution', '{}'],
]);
const NOTEBOOK_MARKS: ReadonlyMap<string, string> = new Map([['exception', 'null']]);

/** Of several members of one name the last counts, as in Python and JavaScript. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.children?.findLast((child) => child.key === key);
}

/** The text of a string, or of a list of lines; empty for anything else. */
export function textOf(bytes: Buffer, node: JsonNode | undefined): string {
  return stringsOf(bytes, node).join('');
}

function stringsOf(bytes: Buffer, node: JsonNode | undefined): string[] {
  if (!node) return [];
  if (bytes[node.start] !== 0x22) return (node.children ?? []).flatMap((child) => stringsOf(bytes, child));
  return [JSON.parse(bytes.toString('utf8', node.start, node.end)) as string];
}

export function isObject(bytes: Buffer, node: JsonNode | undefined): node is JsonNode {
  return node !== undefined && bytes[node.start] === 0x7b;
}

export function isCodeCell(bytes: Buffer, cell: JsonNode): boolean {
  return textOf(bytes, memberOf(cell, 'cell_type')) === 'code';
}

/** Whether a runner will execute it. */
export function isCounted(bytes: Buffer, cell: JsonNode): boolean {
  if (!isCodeCell(bytes, cell)) return false;
  const tags = stringsOf(bytes, memberOf(memberOf(cell, 'metadata'), 'tags'));
  return isCountedCell(textOf(bytes, memberOf(cell, 'source')), tags);
}

/** Makes a code cell one that has not run. */
export function stripEdits(cell: JsonNode): Edit[] {
  return (cell.children ?? []).flatMap((member) => {
    if (member.key === 'metadata') return replacements(member, CELL_MARKS);
    return replacement(member, BEFORE_EXECUTION);
  });
}

/** papermill's mark that an earlier run of the notebook failed: another runner would leave it as it is. */
export function stripNotebookEdits(root: JsonNode): Edit[] {
  const metadata = (root.children ?? []).filter(({ key }) => key === 'metadata');
  const marks = metadata.flatMap(({ children }) => (children ?? []).filter(({ key }) => key === 'papermill'));
  return marks.flatMap((mark) => replacements(mark, NOTEBOOK_MARKS));
}

const replacements = (owner: JsonNode, texts: ReadonlyMap<string, string>): Edit[] =>
  (owner.children ?? []).flatMap((member) => replacement(member, texts));

function replacement({ key = '', start, end }: JsonNode, texts: ReadonlyMap<string, string>): Edit[] {
  const text = texts.get(key);
  return text === undefined ? [] : [{ start, end, text }];
}

/** `edits` in any order, none over another; of two at one place the first one's text comes first. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}
