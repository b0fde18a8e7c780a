// Finds faults in a notebook that is valid JSON but cannot be run, before a VM is requested.
import type { JsonNode } from './json-scan';
import { isObject, memberOf } from './notebook-cells';

const QUOTE = 0x22;
const BRACKET = 0x5b;

/**
 * The first fault of a notebook of format 4, as part of a sentence; null if there is none. A missing member that can be added
 * is not a fault.
 */
export function notebookFault(bytes: Buffer, root: JsonNode, cells: readonly JsonNode[]): string | null {
  if (isOther(bytes, memberOf(root, 'metadata'))) return 'its metadata is not an object';
  const minor = memberOf(root, 'nbformat_minor');
  if (minor && !/^\d+$/.test(bytes.toString('latin1', minor.start, minor.end)))
    return 'its nbformat_minor is not a number';
  for (const [index, cell] of cells.entries()) {
    const [type, source] = [memberOf(cell, 'cell_type'), memberOf(cell, 'source')];
    if (!type || bytes[type.start] !== QUOTE) return `its cell ${index + 1} has no cell_type`;
    if (isOther(bytes, memberOf(cell, 'metadata'))) return `the metadata of its cell ${index + 1} is not an object`;
    if (source && !isText(bytes, source)) return `the source of its cell ${index + 1} is not text`;
  }
  return null;
}

const isOther = (bytes: Buffer, node: JsonNode | undefined): boolean => node !== undefined && !isObject(bytes, node);

/** Whether a node is a string or a list of strings. */
function isText(bytes: Buffer, { start, children }: JsonNode): boolean {
  if (bytes[start] === QUOTE) return true;
  return bytes[start] === BRACKET && (children ?? []).every((line) => bytes[line.start] === QUOTE);
}
