// What an executed notebook says about itself, and what that makes of the run.
import { REASONS, type EndStatus, type NotebookFacts, type Reason, type Results } from '@mymlops/protocol';
import { exitText } from './exit-text';

export interface Verdict {
  status: EndStatus;
  reason?: Reason;
  message: string;
}

interface Cell {
  cell_type?: unknown;
  source?: unknown;
  execution_count?: unknown;
  outputs?: unknown;
  metadata?: { tags?: unknown };
}

interface ErrorOutput {
  output_type: 'error';
  ename?: unknown;
  evalue?: unknown;
}

/** Reads the facts off a notebook's text; undefined where it is not one (a torn or foreign file). */
export function readNotebook(text: string): NotebookFacts | undefined {
  const cells = codeCellsOf(text);
  if (!cells) return undefined;
  const errors = cells.flatMap((cell, index) => errorsOf(cell).map((error) => ({ cell, error, number: index + 1 })));
  const counting = errors.find(({ cell, error }) => !isTolerated(cell, error));
  return {
    executedCells: cells.filter((cell) => typeof cell.execution_count === 'number').length,
    codeCells: cells.length,
    ...(counting && {
      error: {
        cell: counting.number,
        ename: String(counting.error.ename ?? ''),
        evalue:
          String(counting.error.evalue ?? '')
            .split('\n')[0]
            ?.slice(0, 300) ?? '',
      },
    }),
    tolerated: errors.length > 0 && counting === undefined,
  };
}

/** Code cells with content. Papermill's injected parameters are not the user's and would shift the numbers. */
function codeCellsOf(text: string): Cell[] | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(text);
  } catch {
    return undefined;
  }
  const cells = (notebook as { cells?: unknown } | null)?.cells;
  if (!Array.isArray(cells)) return undefined;
  return (cells as Cell[]).filter(
    (cell) =>
      cell?.cell_type === 'code' && sourceOf(cell).trim() !== '' && !tagsOf(cell).includes('injected-parameters'),
  );
}

function sourceOf(cell: Cell): string {
  return Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '');
}

function tagsOf(cell: Cell): unknown[] {
  return Array.isArray(cell.metadata?.tags) ? cell.metadata.tags : [];
}

function errorsOf(cell: Cell): ErrorOutput[] {
  const outputs = Array.isArray(cell.outputs) ? (cell.outputs as { output_type?: unknown }[]) : [];
  return outputs.filter((output): output is ErrorOutput => output?.output_type === 'error');
}

function isTolerated(cell: Cell, error: ErrorOutput): boolean {
  if (tagsOf(cell).includes('raises-exception')) return true;
  return error.ename === 'SystemExit' && ['', '0', 'None'].includes(String(error.evalue ?? ''));
}

/** What ended, as outcome.json tells it. */
export interface Execution {
  exit?: number;
  timedOut: boolean;
  failure?: { reason: Reason; message: string };
  /** What a command that failed said last. */
  lastLine?: string;
  missing: number;
  /** The first missing file and why it is. */
  firstMissing?: string;
}

// papermill's exit code for a kernel that died (research: measured; the notebook then claims that every cell completed).
const EXIT_KERNEL_DIED = 138;
// nbconvert exits with 1 for everything; its last words tell.
const KERNEL_DIED = /\bDeadKernelError\b/;

const BROKEN =
  'The command left a notebook that is cut off, or none at all. Check that it saves the file it is given, whole; what it left is among the results.';

/** What is known of the notebook that came back. */
export type Reading = Pick<Results, 'notebook' | 'unread'>;

/** Judges a complete outcome. Exit code, execution marks and cells decide together, never one alone. */
export function judge(execution: Execution, { notebook, unread }: Reading): Verdict {
  const { exit, failure } = execution;
  if (failure) return failed(failure.reason, failure.message);
  if (execution.timedOut) return failed('timed-out');
  if (exit === EXIT_KERNEL_DIED || (exit !== 0 && KERNEL_DIED.test(execution.lastLine ?? '')))
    return failed('kernel-died');
  if (exit !== 0 && !isToleratedExit(exit, notebook)) {
    return failed('user-error', errorText(notebook, ` (exit code ${exit ?? 'unknown'})`) ?? exitText(execution));
  }
  if (notebook?.error) return failed('user-error', errorText(notebook));
  if (notebook ? notebook.executedCells === 0 && notebook.codeCells > 0 : unread === 'gone' || unread === 'broken') {
    return failed('notebook-not-executed', unread === 'broken' ? BROKEN : undefined);
  }
  if (execution.missing > 0) return failed('results-incomplete', missingText(execution));
  return { status: 'succeeded', message: successText(notebook) };
}

function missingText({ missing, firstMissing = 'result files' }: Execution): string {
  return `Missing: ${firstMissing}${missing > 1 ? `, and ${missing - 1} more` : ''}`;
}

function successText(notebook: NotebookFacts | undefined): string {
  if (!notebook) return 'The command exited with 0; the notebook is too large to be looked into';
  return notebook.executedCells === 1 ? '1 cell ran' : `${notebook.executedCells} cells ran`;
}

/** papermill exits with 1 although every cell ran, when the only errors are in cells tagged raises-exception. */
function isToleratedExit(exit: number | undefined, notebook: NotebookFacts | undefined): boolean {
  return exit === 1 && notebook !== undefined && notebook.tolerated && notebook.executedCells === notebook.codeCells;
}

function errorText(notebook: NotebookFacts | undefined, end = ''): string | undefined {
  const error = notebook?.error;
  return error && `Cell ${error.cell}: ${error.ename}: ${error.evalue}${end}`;
}

function failed(reason: Reason, message?: string): Verdict {
  return { status: 'failed', reason, message: message ?? REASONS[reason] };
}
