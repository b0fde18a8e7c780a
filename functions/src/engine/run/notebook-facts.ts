// Reads the facts from an executed notebook: marks, errors and, if papermill ran it, papermill's own marks.
import type { CellPlace, NotebookFacts } from '@mymlops/protocol';
import { readCells, type CellError, type CodeCell, type ReadNotebook } from './notebook-cells';

/** papermill fails for the last error, whether its cell announces it or not. */
const MOST_TOLERATED_LINES = 20;

/** Reads the facts off a notebook's text; undefined where it is none. */
export function readNotebook(text: string): NotebookFacts | undefined {
  const notebook = readCells(text);
  if (!notebook) return undefined;
  const { cells } = notebook;
  const counted = cells.filter(({ isCounted }) => isCounted);
  const errors = cells.flatMap((cell) => cell.errors.map((error) => ({ ...error, ...placeOf(cell) })));
  const error = errors.find(({ isTolerated }) => !isTolerated);
  const exit = exitOf(cells);
  const marked = markedOf(notebook);
  const isTolerated = errors.length > 0 && error === undefined;
  return {
    executedCells: counted.filter(hasEnded).length,
    codeCells: counted.length,
    ...(error && { error: { ...placeOf(error), ename: error.ename, evalue: error.evalue } }),
    tolerated: isTolerated,
    ...(isTolerated && { toleratedLines: toleratedLinesOf(errors) }),
    injected: cells.some(({ isInjected }) => isInjected),
    ...(exit && { exit: placeOf(exit) }),
    ...(marked && { marked }),
    ...(cells.some(hasLostKernel) && { kernelDied: true }),
  };
}

const hasEnded = ({ executionCount, isUnanswered }: CodeCell): boolean => executionCount !== undefined && !isUnanswered;

function placeOf({ cell, executionCount }: CellPlace): CellPlace {
  return { cell, ...(executionCount !== undefined && { executionCount }) };
}

function toleratedLinesOf(errors: readonly CellError[]): string[] {
  return [...new Set(errors.flatMap(({ lines }) => lines))].slice(-MOST_TOLERATED_LINES);
}

/** A clean SystemExit ends the notebook, unless its cell announces it; where a later cell has begun, it did not end it. */
function exitOf(cells: readonly CodeCell[]): CodeCell | undefined {
  const last = cells.findLast(({ hasBegun }) => hasBegun);
  return last?.errors.some(({ isEnd }) => isEnd) ? last : undefined;
}

/** papermill marks a clean SystemExit as well: an output says more than the mark. */
function markedOf({ cells, isMarkedFailed }: ReadNotebook): NotebookFacts['marked'] {
  const cell = cells.find((each) => each.isMarkedFailed && each.errors.length === 0);
  if (cell) return placeOf(cell);
  return isMarkedFailed && cells.every(({ errors }) => errors.length === 0) ? {} : undefined;
}

/**
 * papermill calls all cells completed when its kernel has died (a cell that runs: running, when papermill itself has). Where it ran
 * none of that cell, the mark is missing; else the answer is.
 */
function hasLostKernel({ isCounted, executionCount, isUnanswered, status }: CodeCell): boolean {
  const neverRan = isCounted && status === 'completed' && executionCount === undefined;
  return neverRan || (isUnanswered && status !== 'running');
}
