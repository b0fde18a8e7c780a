// Which cells of a notebook count: client (before the run), functions (after it) and the usual runners mean the same ones.

// Characters that Python's str.strip() removes. Not JavaScript's list: a byte order mark is content, separators such as U+001C are not.
// oxlint-disable-next-line no-control-regex
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** papermill's own cell. It would shift the numbers of the user's. */
export const INJECTED_TAG = 'injected-parameters';
/** nbclient, and with it papermill and nbconvert, passes such a cell over. */
const SKIPPED_TAG = 'skip-execution';

/**
 * Whether a code cell counts: progress and verdict number these cells alone, from 1, so that the number grows as `In [n]`
 * does. A runner that does not know the tag skip-execution has executed such a cell nevertheless, and then it counts.
 */
export function isCountedCell(source: string, tags: readonly unknown[], isExecuted = false): boolean {
  return hasContent(source) && !tags.includes(INJECTED_TAG) && (isExecuted || !tags.includes(SKIPPED_TAG));
}

/** A cell by its number, and the mark that stands beside it in the notebook. */
export interface CellPlace {
  /** Among the cells that count; 0: the cell with the injected parameters. */
  cell: number;
  /** `In [n]`; absent: it has none. Injected parameters count there, so that it may be ahead of the number. */
  executionCount?: number;
}

/** `cell 5 (In [6])`: how every message names a cell. */
export function cellText({ cell, executionCount }: CellPlace): string {
  const name = cell === 0 ? 'the injected parameters' : `cell ${cell}`;
  return executionCount === undefined ? name : `${name} (In [${executionCount}])`;
}

/** Whether there is anything in it. */
export function hasContent(source: string): boolean {
  return !BLANK.test(source);
}
