// The cell of a notebook that is tagged `parameters`: after it, runners put in what a commit gives.
import { INJECTED_TAG } from '@mymlops/protocol';
import type { JsonNode } from '../notebook/json-scan';
import { isCodeCell, isCounted, memberOf, textOf } from '../notebook/notebook-cells';
import { scanNotebook } from '../notebook/notebook-text';

export interface ParametersCell {
  /** Undefined where no cell is tagged so. A tagged one that holds no code has an empty source. */
  source: string | undefined;
  /** A cell of an earlier run holds injected parameters: papermill replaces it. */
  hasInjected: boolean;
  /** Sources of all such cells that hold code. */
  injected: string[];
  /** The sources of cells tagged so that run after the given values: what they assign replaces those. */
  later: string[];
  /** None tagged `parameters` stands before the injected ones: they were put on top when there was no such cell. */
  isInjectedFirst: boolean;
}

const TAG = 'parameters';

/** `bytes`: a notebook of format 4 that was read before. */
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
