// What a run has come to: exit code, execution marks and errors of its notebook decide together.
import { REASONS, type EndStatus, type NotebookFacts, type Reason, type Results } from '@mymlops/protocol';
import { exitText } from './exit-text';

export interface Verdict {
  status: EndStatus;
  reason?: Reason;
  message: string;
}

/** What ended, as outcome.json tells it. */
export interface Execution {
  exit?: number;
  timedOut: boolean;
  failure?: { reason: Reason; message: string };
  /** What a command that failed said last. */
  lastLine?: string;
  missing: number;
  /** The first missing files, why they are, and how many of them are named. */
  missingNames?: { text: string; named: number };
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

function missingText({ missing, missingNames = { text: 'result files', named: 1 } }: Execution): string {
  const { text, named } = missingNames;
  return `Missing: ${text}${missing > named ? `, and ${missing - named} more` : ''}`;
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
  const place = error?.cell === 0 ? 'The injected parameters' : `Cell ${error?.cell}`;
  return error && `${place}: ${error.ename}: ${error.evalue}${end}`;
}

function failed(reason: Reason, message?: string): Verdict {
  return { status: 'failed', reason, message: message ?? REASONS[reason] };
}
