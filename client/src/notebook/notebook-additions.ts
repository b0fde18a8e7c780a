// Adds members that the format requires and the notebook lacks. papermill and nbconvert would refuse the notebook, but only
// after a VM was created.
import type { JsonNode } from './json-scan';
import { BEFORE_EXECUTION, type Edit, isCodeCell, memberOf } from './notebook-cells';

type Member = readonly [key: string, text: string];

const OF_ANY_CELL: readonly Member[] = [
  ['metadata', '{}'],
  ['source', '""'],
];
const OF_A_CODE_CELL: readonly Member[] = [...OF_ANY_CELL, ...BEFORE_EXECUTION];

/** `cells` are all cells of the notebook `root`. */
export function additions(bytes: Buffer, root: JsonNode, cells: readonly JsonNode[]): Edit[] {
  // 5 is the first minor version in which cells have ids.
  const minor = cells.some((cell) => memberOf(cell, 'id')) ? '5' : '4';
  return [
    ...cells.flatMap((cell) => added(cell, isCodeCell(bytes, cell) ? OF_A_CODE_CELL : OF_ANY_CELL)),
    ...added(root, [
      ['metadata', '{}'],
      ['nbformat_minor', minor],
    ]),
  ];
}

/** Appended to the members of a node, which has at least one. */
function added(node: JsonNode, required: readonly Member[]): Edit[] {
  const end = node.children?.at(-1)?.end ?? node.end - 1;
  const missing = required.filter(([key]) => !memberOf(node, key));
  return missing.map(([key, text]) => ({ start: end, end, text: `, "${key}": ${text}` }));
}
