// The cells of a notebook of format 4, and the edits before it is sent.
import { isCountedCell } from '@mymlops/protocol';
import type { JsonNode } from './json-scan';

/** `text` replaces the bytes from `start` to `end`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Members of a code cell that an execution fills, with their values before an execution. */
export const BEFORE_EXECUTION: ReadonlyMap<string, string> = new Map([
  ['outputs', '[]'],
  ['execution_count', 'null'],
]);

/** Marks of papermill and Jupyter in a cell's metadata. The functions would take them for marks of this run. */
const CELL_MARKS: ReadonlyMap<string, string> = new Map([
  ['papermill', '{}'],
  ['execution', '{}'],
]);
const NOTEBOOK_MARKS: ReadonlyMap<string, string> = new Map([['exception', 'null']]);

/** If several members have the same name, the last one counts, as in Python and JavaScript. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.children?.findLast((child) => child.key === key);
}

/** The text of a string or of a list of strings; empty for anything else. */
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

/** Whether a runner will execute the cell. */
export function isCounted(bytes: Buffer, cell: JsonNode): boolean {
  if (!isCodeCell(bytes, cell)) return false;
  const tags = stringsOf(bytes, memberOf(memberOf(cell, 'metadata'), 'tags'));
  return isCountedCell(textOf(bytes, memberOf(cell, 'source')), tags);
}

/** Removes the traces of an execution from a code cell. */
export function stripEdits(cell: JsonNode): Edit[] {
  return (cell.children ?? []).flatMap((member) => {
    if (member.key === 'metadata') return replacements(member, CELL_MARKS);
    return replacement(member, BEFORE_EXECUTION);
  });
}

/** Removes papermill's mark of a failed earlier run, which another runner would leave in the notebook. */
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

/** `edits` are in any order and must not overlap. Two edits at the same place are applied in their order. */
export function applyEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}
