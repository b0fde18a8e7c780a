// The cell of a notebook that is tagged `parameters`: after it, runners put in what a commit gives.
import { INJECTED_TAG } from '@mymlops/protocol';
import type { JsonNode } from '../source/json-scan';
import { isCodeCell, memberOf, textOf } from '../source/notebook-cells';
import { scanNotebook } from '../source/notebook-text';

export interface ParametersCell {
  /** Undefined where no cell is tagged so. A tagged one that holds no code has an empty source. */
  source: string | undefined;
  /** A cell of an earlier run holds injected parameters: papermill replaces it. */
  hasInjected: boolean;
  /** Sources of all such cells that hold code. */
  injected: string[];
}

const TAG = 'parameters';

/** `bytes`: a notebook of format 4 that was read before. */
export function parametersCellOf(bytes: Buffer, name: string): ParametersCell {
  const root = scanNotebook(bytes, name);
  const cells = memberOf(root, 'cells')?.children ?? [];
  const tagged = cells.find((cell) => hasTag(bytes, cell, TAG));
  const injected = cells.filter((cell) => hasTag(bytes, cell, INJECTED_TAG));
  return {
    source: tagged && (isCodeCell(bytes, tagged) ? textOf(bytes, memberOf(tagged, 'source')) : ''),
    hasInjected: injected.length > 0,
    injected: injected.filter((cell) => isCodeCell(bytes, cell)).map((cell) => textOf(bytes, memberOf(cell, 'source'))),
  };
}

function hasTag(bytes: Buffer, cell: JsonNode, tag: string): boolean {
  const tags = memberOf(memberOf(cell, 'metadata'), 'tags')?.children ?? [];
  return tags.some((each) => textOf(bytes, each) === tag);
}
