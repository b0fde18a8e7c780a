// The results of a run, as its document has them.
import type { ParametersUse } from '../messages/parameters';
import type { CellPlace } from '../text/code-cell';

/**
 * Facts about an executed notebook. Only code cells with content that came from the client count, see code-cell.ts.
 * Optional fields are also absent in documents of older functions.
 */
export interface NotebookFacts {
  /** Cells that ran to their end, be it an error. */
  executedCells: number;
  codeCells: number;
  /** The first error that counts: not in a cell tagged raises-exception, not a clean SystemExit. */
  error?: CellPlace & { ename: string; evalue: string };
  /** There are errors, and all of them are of the kind that does not count. */
  tolerated: boolean;
  /** A runner that fails for one of these errors ends its log with one of these lines. Set only if `tolerated`. */
  toleratedLines?: string[];
  /** A cell that is tagged injected-parameters is in it. */
  injected?: boolean;
  /** The cell that ended the notebook on purpose: by a clean SystemExit that it does not announce, and no later cell began. */
  exit?: CellPlace;
  /** papermill marks this cell as failed, or the notebook (then without a cell), and no error is there that says why. */
  marked?: Partial<CellPlace>;
  /** The kernel died: it left a cell without an answer, or papermill calls cells completed that have no mark. */
  kernelDied?: boolean;
}

/** The manifest itself stays in the bucket's outcome.json: twenty thousand files would not fit into a document. */
export interface Results {
  attempt: number;
  files: number;
  bytes: number;
  notebook?: NotebookFacts;
  /** Why there are no facts of the notebook. */
  unread?: Unread;
  /** Absent where the run has no parameters, or its command did not run. */
  parametersUse?: ParametersUse;
  /** Read from metrics.json; absent if the run left none. */
  metrics?: Metrics;
}

/** The content of metrics.json, as far as it is shown. */
export interface Metrics {
  values: Metric[];
  /** How many others are in the file: lists, what is nested deeper, what is too many. */
  leftOut?: number;
  /** Why there are no values. `broken`: it holds no JSON object. */
  unread?: 'too-large' | 'broken';
}

export interface Metric {
  name: string;
  /** Null also for a number that JSON has not: its spelling tells. */
  value: number | string | boolean | null;
  /** A number as it is written in the file, where JavaScript writes it otherwise: `1.0`, `1e-05`, `NaN`. */
  spelling?: string;
}

/**
 * `gone`: the command left no notebook. `not-uploaded`: the VM has it, but could not save it. `too-large` to be read.
 * `broken`: the file that came back is not a notebook.
 */
export type Unread = 'gone' | 'not-uploaded' | 'too-large' | 'broken';
