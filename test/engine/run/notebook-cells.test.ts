// The code cells of a notebook that comes back, field by field.
import { readCells, type CodeCell } from '../../../functions/src/engine/run/notebook-cells';

type Fields = Record<string, unknown>;

const notebook = (cells: unknown[], metadata: unknown = {}): string => JSON.stringify({ nbformat: 4, cells, metadata });
const code = (fields: Fields = {}): Fields => ({
  cell_type: 'code',
  source: '1',
  execution_count: null,
  metadata: {},
  outputs: [],
  ...fields,
});
const read = (...cells: Fields[]): CodeCell[] => readCells(notebook(cells))?.cells ?? [];
const marked = (papermill: unknown): Fields => code({ metadata: { papermill } });
const timed = (execution: unknown, fields: Fields = {}): Fields => code({ metadata: { execution }, ...fields });
const tagged = (...tags: string[]): Fields => code({ metadata: { tags } });

/** A cell that nobody has come to. */
const UNTOUCHED: CodeCell = {
  cell: 1,
  isInjected: false,
  isCounted: true,
  hasBegun: false,
  isUnanswered: false,
  isMarkedFailed: false,
  errors: [],
};

describe('one code cell', () => {
  const begun = { hasBegun: true };
  const unanswered = { hasBegun: true, isUnanswered: true };
  test.each<[string, Fields, Partial<CodeCell>]>([
    ['untouched', code(), {}],
    ['with a number', code({ execution_count: 3 }), { executionCount: 3, ...begun }],
    ['with number 0', code({ execution_count: 0 }), { executionCount: 0, ...begun }],
    ['with the number of format 3', code({ prompt_number: 3 }), { executionCount: 3, ...begun }],
    ['with both', code({ execution_count: 4, prompt_number: 3 }), { executionCount: 4, ...begun }],
    ['with a text for a number', code({ execution_count: '3' }), {}],
    ["papermill's own", tagged('injected-parameters'), { cell: 0, isInjected: true, isCounted: false }],
    ['to be skipped', tagged('skip-execution'), { cell: 0, isCounted: false }],
    ['to be skipped, and it ran', { ...tagged('skip-execution'), execution_count: 1 }, { executionCount: 1, ...begun }],
    ['with tags that are not a list', code({ metadata: { tags: 'injected-parameters' } }), {}],
    ['pending', marked({ status: 'pending' }), { status: 'pending' }],
    ['running', marked({ status: 'running' }), { status: 'running', ...begun }],
    ['completed', marked({ status: 'completed' }), { status: 'completed', ...begun }],
    ['failed', marked({ status: 'failed' }), { status: 'failed', isMarkedFailed: true, ...begun }],
    ['with an exception', marked({ exception: true }), { isMarkedFailed: true }],
    ['with something for an exception', marked({ exception: 'true' }), {}],
    ['with a number for its status', marked({ status: 1 }), {}],
    ['with no marks but an empty object', marked({}), {}],
    ['the kernel began it', timed({ 'iopub.execute_input': 't' }), unanswered],
    ['the kernel was busy with it', timed({ 'iopub.status.busy': 't' }), unanswered],
    [
      'the kernel answered',
      timed({ 'iopub.execute_input': 't', 'iopub.status.busy': 't', 'shell.execute_reply': 't' }),
      begun,
    ],
    ['only the answer is noted', timed({ 'shell.execute_reply': 't' }), begun],
    ['something else is noted', timed({ x: 1 }), begun],
    ['nothing is noted', timed({}), {}],
    ['a text is noted', timed('iopub.execute_input'), {}],
  ])('%s', (_what, cell, expected) => expect(read(cell)).toStrictEqual([{ ...UNTOUCHED, ...expected }]));
});

describe('which cells', () => {
  const numbers = (...cells: Fields[]): number[] => read(...cells).map(({ cell }) => cell);
  const empty = code({ source: ' \n' });
  test.each<[string, number[], number[]]>([
    ['none', numbers(), []],
    ['in order', numbers(code(), code()), [1, 2]],
    ['markdown has no number', numbers(code(), code({ cell_type: 'markdown' }), code()), [1, 2]],
    [
      'empty ones have none',
      numbers(empty, code(), code({ source: [] }), code({ source: ['', '\n'] }), code({ source: null })),
      [1],
    ],
    ['a source of lines', numbers(code({ source: ['', 'x'] })), [1]],
    ['the source of format 3', numbers(code({ source: undefined, input: 'x' })), [1]],
    ['a number for a source', numbers(code({ source: 7 })), [1]],
    ['truth for a source', numbers(code({ source: true })), []],
    ['one to be skipped stands with the one before it', numbers(code(), tagged('skip-execution'), code()), [1, 1, 2]],
    ["papermill's own is 0", numbers(code(), tagged('injected-parameters'), code()), [1, 0, 2]],
  ])('%s', (_what, found, expected) => expect(found).toEqual(expected));
});

describe('an error', () => {
  const output = { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['E: v'] };
  const failing = (fields: Fields = {}, cell: Fields = {}): Fields =>
    code({ outputs: [{ ...output, ...fields }], ...cell });
  const announced = { metadata: { tags: ['raises-exception'] } };
  const error = { ename: 'E', evalue: 'v', isEnd: false, isTolerated: false, lines: ['E: v'] };
  const exit = { ename: 'SystemExit', evalue: '0', isEnd: true, isTolerated: true };
  test.each<[string, Fields, object[]]>([
    ['none', code(), []],
    ['one', failing(), [error]],
    ['by the name of format 3', failing({ output_type: 'pyerr' }), [error]],
    ['another output', failing({ output_type: 'stream' }), []],
    ['announced by its cell', failing({}, announced), [{ ...error, isTolerated: true }]],
    [
      'without its fields',
      failing({ ename: undefined, evalue: undefined, traceback: undefined }),
      [{ ename: '', evalue: '', isEnd: false }],
    ],
    ['a number for its text', failing({ evalue: 3 }), [{ evalue: '3' }]],
    ['a text of several lines', failing({ evalue: 'a\nb' }), [{ evalue: 'a' }]],
    ['a long name', failing({ ename: 'E'.repeat(101) }), [{ ename: 'E'.repeat(100) }]],
    ['a long text', failing({ evalue: 'v'.repeat(301) }), [{ evalue: 'v'.repeat(300) }]],
    [
      'without a traceback',
      failing({ traceback: [] }, { execution_count: 5 }),
      [{ lines: ['E: v', 'Exception encountered at "In [5]"'] }],
    ],
    ['exit with 0', failing({ ename: 'SystemExit', evalue: '0' }), [exit]],
    ['exit with nothing', failing({ ename: 'SystemExit', evalue: '' }), [{ ...exit, evalue: '' }]],
    ['exit with None', failing({ ename: 'SystemExit', evalue: 'None' }), [{ ...exit, evalue: 'None' }]],
    ['exit with 1', failing({ ename: 'SystemExit', evalue: '1' }), [{ isEnd: false, isTolerated: false }]],
    ['another error of that text', failing({ ename: 'KeyError', evalue: '0' }), [{ isEnd: false, isTolerated: false }]],
    [
      'exit, announced: runners go on after it',
      failing({ ename: 'SystemExit', evalue: '0' }, announced),
      [{ isEnd: false, isTolerated: true }],
    ],
    ['two', code({ outputs: [output, null, { ...output, ename: 'F' }] }), [error, { ename: 'F' }]],
  ])('%s', (_what, cell, expected) => {
    const [found] = read(cell);
    expect(found?.errors).toHaveLength(expected.length);
    expect(found?.errors).toMatchObject(expected);
  });
});

describe('the notebook', () => {
  test.each<[string, string, boolean]>([
    ['papermill marks it', notebook([], { papermill: { exception: true } }), true],
    ['papermill does not', notebook([], { papermill: { exception: null } }), false],
    ['no papermill', notebook([]), false],
    ['no metadata', notebook([], null), false],
  ])('%s', (_what, text, isMarkedFailed) => expect(readCells(text)).toStrictEqual({ isMarkedFailed, cells: [] }));

  test.each<[string, string, number | undefined]>([
    ['cells', '{"cells": [CELL]}', 1],
    ['sheets, of format 3', '{"worksheets": [{"cells": [CELL]}, {"cells": [CELL]}, {}, 3, {"cells": 3}]}', 2],
    ['cells count before sheets', '{"cells": [], "worksheets": [{"cells": [CELL]}]}', 0],
    ['neither', '{}', undefined],
    ['a text for cells', '{"cells": "CELL"}'.replace('CELL', 'x'), undefined],
    ['a text for sheets', '{"worksheets": "x"}', undefined],
    ['null', 'null', undefined],
    ['a text', '"x"', undefined],
    ['no JSON', '{', undefined],
  ])('%s', (_what, text, count) => {
    expect(readCells(text.replaceAll('CELL', JSON.stringify(code())))?.cells.length).toBe(count);
  });
});
