// The cell of a notebook that is tagged `parameters`. Runners insert the values of a commit after it.
import { INJECTED_TAG } from '@mymlops/protocol';
import type { JsonNode } from '../notebook/json-scan';
import { isCodeCell, isCounted, memberOf, textOf } from '../notebook/notebook-cells';
import { scanNotebook } from '../notebook/notebook-text';

export interface ParametersCell {
  /** Undefined if no cell has the tag; empty if the tagged cell is not a code cell. */
  source: string | undefined;
  /** Whether there is a cell with the parameters of an earlier run. papermill replaces the first one. */
  hasInjected: boolean;
  /** Sources of all such code cells. */
  injected: string[];
  /** Sources of all code cells, one after the other. */
  code: string;
  /** Sources of tagged cells that run after the inserted values and may replace them. */
  later: string[];
  /** Whether the injected cells come before any cell tagged `parameters`: it was added after they were inserted at the top. */
  isInjectedFirst: boolean;
}

const TAG = 'parameters';

/** `bytes` is a checked notebook of format 4. */
export function parametersCellOf(bytes: Buffer, name: string): ParametersCell {
  const root = scanNotebook(bytes, name);
  const cells = memberOf(root, 'cells')?.children ?? [];
  const tagged = cells.filter((cell) => hasTag(bytes, cell, TAG));
  const injected = cells.filter((cell) => hasTag(bytes, cell, INJECTED_TAG));
  const place = injected[0] ?? tagged[0];
  const later = tagged.filter((cell) => place && cell.start > place.start && isCounted(bytes, cell));
  return {
    source: tagged[0] && codeOf(bytes, tagged[0]),
    hasInjected: injected.length > 0,
    injected: injected.filter((cell) => isCodeCell(bytes, cell)).map((cell) => codeOf(bytes, cell)),
    code: cells.map((cell) => codeOf(bytes, cell)).join('\n'),
    later: later.map((cell) => codeOf(bytes, cell)),
    isInjectedFirst: injected.length > 0 && later[0] !== undefined && later[0] === tagged[0],
  };
}

const codeOf = (bytes: Buffer, cell: JsonNode): string =>
  isCodeCell(bytes, cell) ? textOf(bytes, memberOf(cell, 'source')) : '';

function hasTag(bytes: Buffer, cell: JsonNode, tag: string): boolean {
  const tags = memberOf(memberOf(cell, 'metadata'), 'tags')?.children ?? [];
  return tags.some((each) => textOf(bytes, each) === tag);
}
