// The code cells of an executed notebook. It comes from a VM: any field may be missing or of any kind.
import { cutText, hasContent, INJECTED_TAG, isCountedCell, type CellPlace } from '@mymlops/protocol';
import { errorLines } from './error-lines';
import { parsePythonJson } from './python-json';

const LONGEST_EVALUE = 300;
const LONGEST_ENAME = 100;
/** papermill's marks of a cell that it has come to. */
const BEGUN = new Set(['running', 'failed', 'completed']);

export interface CodeCell extends CellPlace {
  isInjected: boolean;
  isCounted: boolean;
  /** A runner came to it, be it that the cell did not end. */
  hasBegun: boolean;
  /** The cell began, and its kernel never answered: it died, or somebody ended the runner. */
  isUnanswered: boolean;
  /** papermill's marks of it. */
  status?: string;
  isMarkedFailed: boolean;
  errors: CellError[];
}

export interface CellError {
  ename: string;
  evalue: string;
  /** A clean SystemExit: with 0 or nothing. In a cell that announces it, runners go on after it. */
  isEnd: boolean;
  /** It is of a kind that fails no run: announced by its cell, or a clean exit. */
  isTolerated: boolean;
  /** A runner that fails for this error ends its log with one of these lines. */
  lines: string[];
}

export interface ReadNotebook {
  /** Those with content, in order; format 4, or 3 from an old runner. */
  cells: CodeCell[];
  /** papermill's mark of the whole notebook. */
  isMarkedFailed: boolean;
}

type Fields = Record<string, unknown>;

/** Undefined if the text is not a notebook. */
export function readCells(text: string): ReadNotebook | undefined {
  const notebook = parse(text);
  const cells = notebook && cellsOf(notebook);
  if (!cells) return undefined;
  let number = 0;
  const code = cells.filter((cell) => cell['cell_type'] === 'code' && hasContent(sourceOf(cell)));
  return {
    isMarkedFailed: papermillMarks(notebook)['exception'] === true,
    cells: code.map((cell) => {
      const read = readCell(cell);
      return { ...read, cell: read.isCounted ? ++number : read.isInjected ? 0 : number };
    }),
  };
}

function readCell(cell: Fields): Omit<CodeCell, 'cell'> {
  const tags = listOf(fieldsOf(cell['metadata'])['tags']);
  const executionCount = [cell['execution_count'], cell['prompt_number']].find((count) => typeof count === 'number');
  const marks = papermillMarks(cell);
  const times = timesOf(cell);
  return {
    ...(executionCount !== undefined && { executionCount }),
    isInjected: tags.includes(INJECTED_TAG),
    isCounted: isCountedCell(sourceOf(cell), tags, executionCount !== undefined),
    hasBegun: executionCount !== undefined || Object.keys(times).length > 0 || BEGUN.has(textOf(marks['status'])),
    isUnanswered: isUnanswered(times),
    ...(typeof marks['status'] === 'string' && { status: marks['status'] }),
    isMarkedFailed: marks['exception'] === true || marks['status'] === 'failed',
    errors: errorsOf(cell, tags, executionCount),
  };
}

function parse(text: string): Fields | undefined {
  try {
    return fieldsOf(parsePythonJson(text));
  } catch {
    return undefined;
  }
}

function cellsOf({ cells, worksheets }: Fields): Fields[] | undefined {
  if (Array.isArray(cells)) return cells.map(fieldsOf);
  if (!Array.isArray(worksheets)) return undefined;
  return worksheets.flatMap((worksheet) => listOf(fieldsOf(worksheet)['cells'])).map(fieldsOf);
}

const papermillMarks = (owner: Fields): Fields => fieldsOf(fieldsOf(owner['metadata'])['papermill']);

/** nbclient, which papermill and nbconvert use, notes when the kernel begins a cell and when it has answered. */
const timesOf = (cell: Fields): Fields => fieldsOf(fieldsOf(cell['metadata'])['execution']);

function isUnanswered(times: Fields): boolean {
  const hasBegun = 'iopub.execute_input' in times || 'iopub.status.busy' in times;
  return hasBegun && !('shell.execute_reply' in times);
}

/** Format 3 calls it input. */
function sourceOf(cell: Fields): string {
  const source = cell['source'] ?? cell['input'];
  return Array.isArray(source) ? source.map(textOf).join('') : textOf(source);
}

/** Format 3 calls an error pyerr. */
function errorsOf(cell: Fields, tags: readonly unknown[], executionCount: number | undefined): CellError[] {
  const isAnnounced = tags.includes('raises-exception');
  const outputs = listOf(cell['outputs']).map(fieldsOf);
  return outputs
    .filter((output) => output['output_type'] === 'error' || output['output_type'] === 'pyerr')
    .map((output) => {
      const ename = textOf(output['ename']);
      const evalue = textOf(output['evalue']);
      const isCleanExit = ename === 'SystemExit' && ['', '0', 'None'].includes(evalue);
      return {
        ename: cutText(ename, LONGEST_ENAME),
        evalue: cutText(evalue.split('\n', 1).join(''), LONGEST_EVALUE),
        isEnd: isCleanExit && !isAnnounced,
        isTolerated: isCleanExit || isAnnounced,
        lines: errorLines({ ename, evalue, traceback: listOf(output['traceback']).map(textOf), executionCount }),
      };
    });
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Only of what is a text or a number: an object may hold a toString that is none. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : '';
}
