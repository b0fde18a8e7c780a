// What an executed notebook says about itself. It comes from a VM: any field may be missing or of any kind.
import { cutText, hasContent, INJECTED_TAG, isCountedCell, type NotebookFacts } from '@mymlops/protocol';
import { parsePythonJson } from './python-json';

const LONGEST_EVALUE = 300;
const LONGEST_ENAME = 100;

interface CodeCell {
  /** From 1, code cells with content; 0: papermill's injected parameters, which would shift the user's numbers. */
  number: number;
  isInjected: boolean;
  isCounted: boolean;
  isExecuted: boolean;
  errors: { ename: string; evalue: string; isTolerated: boolean }[];
}

type Fields = Record<string, unknown>;

/** Reads the facts off a notebook's text (format 4, or 3 from an old runner); undefined where it is none. */
export function readNotebook(text: string): NotebookFacts | undefined {
  const cells = codeCellsOf(text);
  if (!cells) return undefined;
  const counted = cells.filter(({ isCounted }) => isCounted);
  const errors = cells.flatMap(({ number, errors }) => errors.map((error) => ({ ...error, cell: number })));
  const error = errors.find(({ isTolerated }) => !isTolerated);
  return {
    executedCells: counted.filter(({ isExecuted }) => isExecuted).length,
    codeCells: counted.length,
    ...(error && { error: { cell: error.cell, ename: error.ename, evalue: error.evalue } }),
    tolerated: errors.length > 0 && error === undefined,
    injected: cells.some(({ isInjected }) => isInjected),
  };
}

function codeCellsOf(text: string): CodeCell[] | undefined {
  const code = cellsOf(text)?.filter((cell) => cell['cell_type'] === 'code' && hasContent(sourceOf(cell)));
  let number = 0;
  return code?.map((cell) => {
    const tags = listOf(fieldsOf(cell['metadata'])['tags']);
    const isInjected = tags.includes(INJECTED_TAG);
    if (!isInjected) number++;
    return {
      number: isInjected ? 0 : number,
      isInjected,
      isCounted: isCountedCell(sourceOf(cell), tags),
      isExecuted: [cell['execution_count'], cell['prompt_number']].some((count) => typeof count === 'number'),
      errors: errorsOf(cell, tags),
    };
  });
}

function cellsOf(text: string): Fields[] | undefined {
  let notebook: Fields;
  try {
    notebook = fieldsOf(parsePythonJson(text));
  } catch {
    return undefined;
  }
  const { cells, worksheets } = notebook;
  if (Array.isArray(cells)) return cells.map(fieldsOf);
  if (!Array.isArray(worksheets)) return undefined;
  return worksheets.flatMap((worksheet) => listOf(fieldsOf(worksheet)['cells'])).map(fieldsOf);
}

/** Format 3 calls it input. */
function sourceOf(cell: Fields): string {
  const source = cell['source'] ?? cell['input'];
  return Array.isArray(source) ? source.map(textOf).join('') : textOf(source);
}

/** Format 3 calls an error pyerr. */
function errorsOf(cell: Fields, tags: readonly unknown[]): CodeCell['errors'] {
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
        isTolerated: isCleanExit || tags.includes('raises-exception'),
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
