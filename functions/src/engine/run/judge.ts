// Judges how a run ended: exit code, execution marks and errors of its notebook decide together. Success means that
// every cell that was to run has run, or that the notebook ended on purpose.
import {
  cellText,
  counted,
  REASONS,
  type AttemptOutcome,
  type EndStatus,
  type NotebookFacts,
  type Reason,
  type Results,
} from '@mymlops/protocol';
import { isErrorLine } from './error-lines';
import { exitText } from './exit-code-message';

export interface Verdict {
  status: EndStatus;
  reason?: Reason;
  message: string;
}

/** The execution that ended, and the code cells of the notebook beside it. */
export interface Execution extends Omit<AttemptOutcome, 'startedAt' | 'finishedAt' | 'savedAt'> {
  /** Code cells of the notebook that was sent. */
  sentCells?: number;
  /** Cells that the VM saw ended while the command ran. */
  seenCells?: number;
}

// papermill's exit code for a kernel that died (research: measured; the notebook then claims that every cell completed).
const EXIT_KERNEL_DIED = 138;
// nbconvert exits with 1 for everything; its last words tell.
const KERNEL_DIED = /\bDeadKernelError\b/;
const CLEAN_EXIT = /^SystemExit(?:: ?(?:0|None)?)?$/;

const BROKEN =
  'The notebook that came back is incomplete, or not a notebook. Check that the command saves it to the path it was given. The file is among the results.';

/** The notebook that came back, as far as it is known. */
export type NotebookReading = Pick<Results, 'notebook' | 'unread'>;

/** Judges a complete outcome. Exit code, execution marks and cells decide together, never one alone. */
export function judge(execution: Execution, { notebook, unread }: NotebookReading): Verdict {
  const { exit, failure } = execution;
  if (failure) return failed(failure.reason, failure.message);
  if (execution.timedOut) return failed('timed-out');
  if (exit === EXIT_KERNEL_DIED || (exit !== 0 && KERNEL_DIED.test(execution.lastLine ?? '')))
    return failed('kernel-died', diedText(notebook));
  if (exit !== 0 && !isToleratedExit(execution, notebook)) {
    return failed('user-error', errorText(notebook, ` (exit code ${exit ?? 'unknown'})`) ?? exitText(execution));
  }
  if (notebook?.error) return failed('user-error', errorText(notebook));
  if (notebook?.marked) return failed('user-error', markedText(notebook.marked));
  if (notebook?.kernelDied) return failed('kernel-died', diedText(notebook));
  if (notebook ? isIncomplete(notebook) || isShorter(notebook, execution) : unread === 'gone' || unread === 'broken') {
    return failed('notebook-not-executed', notebook ? notExecutedText(notebook, execution) : brokenText(unread));
  }
  if (execution.missing > 0) return failed('results-incomplete', missingText(execution));
  return { status: 'succeeded', message: successText(notebook) };
}

/** Cells did not run, and the notebook did not end on purpose. */
function isIncomplete({ executedCells, codeCells, exit }: NotebookFacts): boolean {
  return executedCells < codeCells && !exit;
}

/** It is another notebook than the one that was to run, or part of it. */
function isShorter({ codeCells, exit }: NotebookFacts, { sentCells = 0 }: Execution): boolean {
  return codeCells < sentCells && !exit;
}

function notExecutedText(notebook: NotebookFacts, execution: Execution): string | undefined {
  const { executedCells, codeCells } = notebook;
  const { seenCells = 0, sentCells = 0 } = execution;
  if (isShorter(notebook, execution)) {
    return `The notebook that came back has ${codeCells} of the ${counted(sentCells, 'code cell')} that were sent. Make the command save all cells to the path it was given. Tag cells that should not run with skip-execution.`;
  }
  if (seenCells > executedCells) {
    return `The notebook that came back shows ${executedCells} of ${codeCells} code cells as run, but ${seenCells} had run: another program overwrote the file. Save the executed notebook last.`;
  }
  if (executedCells === 0) return undefined;
  return `${ranText(notebook)}, and nothing shows that the notebook ended on purpose. To end it early, call sys.exit(0). Tag cells that should not run with skip-execution.`;
}

const brokenText = (unread: NotebookReading['unread']): string | undefined =>
  unread === 'broken' ? BROKEN : undefined;

const ranText = ({ executedCells, codeCells }: NotebookFacts): string =>
  `${executedCells} of ${counted(codeCells, 'code cell')} ran`;

/** How far it came, where that is known: nbconvert saves nothing of a notebook that failed. */
function diedText(notebook: NotebookFacts | undefined): string | undefined {
  if (!notebook || notebook.executedCells === 0) return undefined;
  if (notebook.executedCells < notebook.codeCells) return `${ranText(notebook)}. ${REASONS['kernel-died']}`;
  return `${ranText(notebook)}, then the kernel exited. exit() and quit() do that in Jupyter: remove them, or use sys.exit(0).`;
}

function markedText({ cell, executionCount }: NonNullable<NotebookFacts['marked']>): string {
  const place = cell === undefined ? 'The notebook' : capitalized(cellText({ cell, executionCount }));
  return `${place}: papermill marked it as failed, but saved no error`;
}

function missingText({ missing, missingNames = { text: 'result files', named: 1 } }: Execution): string {
  const { text, named } = missingNames;
  return `Missing: ${text}${missing > named ? `, and ${missing - named} more` : ''}`;
}

function successText(notebook: NotebookFacts | undefined): string {
  if (!notebook) return 'The command exited with 0; the notebook is too large to check';
  const { executedCells, codeCells, exit } = notebook;
  if (!exit || executedCells === codeCells) return `${counted(executedCells, 'cell')} ran`;
  return `${executedCells} of ${counted(codeCells, 'cell')} ran; ${cellText(exit)} ended the notebook with SystemExit 0`;
}

/**
 * papermill exits with 1 although every cell ran, when the only errors are in cells tagged raises-exception; a program of
 * nbclient's does for a clean SystemExit. That error must then be the last word: else something failed after the notebook.
 */
function isToleratedExit({ exit, lastLine = '' }: Execution, notebook: NotebookFacts | undefined): boolean {
  if (exit !== 1 || !notebook?.tolerated || isIncomplete(notebook)) return false;
  if (notebook.toleratedLines) return isErrorLine(lastLine, notebook.toleratedLines);
  // Read by older functions.
  return notebook.executedCells === notebook.codeCells || CLEAN_EXIT.test(lastLine);
}

function errorText(notebook: NotebookFacts | undefined, end = ''): string | undefined {
  const error = notebook?.error;
  return error && `${[capitalized(cellText(error)), error.ename, error.evalue].filter(Boolean).join(': ')}${end}`;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function failed(reason: Reason, message?: string): Verdict {
  return { status: 'failed', reason, message: message ?? REASONS[reason] };
}
