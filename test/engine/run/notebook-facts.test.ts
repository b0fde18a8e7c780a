// What comes back from a VM: anything that a runner, an old Python or a hostile program may write.
import { readNotebook } from '../../../functions/src/engine/run/notebook-facts';
import { aNotebook } from '../../fakes/builders';

const error = { ename: 'ValueError', evalue: 'bad lr\nmore' };
const CELL = { cell_type: 'code', source: '1', execution_count: 1, metadata: {}, outputs: [] };
const withCell = (fields: object): string => JSON.stringify({ nbformat: 4, cells: [{ ...CELL, ...fields }] });
const failing = (fields: object): string => withCell({ outputs: [{ output_type: 'error', ...error, ...fields }] });

test("papermill's injected cell does not shift the numbers", () => {
  const cells = [
    { count: 1, tags: ['injected-parameters'] },
    { count: 2, error },
  ];
  expect(readNotebook(aNotebook(cells))).toMatchObject({
    codeCells: 1,
    executedCells: 1,
    error: { cell: 1 },
    injected: true,
  });
});

test('a cell to be skipped has no number: the others have those of their marks, and it has one where it ran', () => {
  const skipped = { tags: ['skip-execution'] };
  expect(readNotebook(aNotebook([{ count: 1 }, skipped, { count: 2, error }, {}]))).toMatchObject({
    codeCells: 3,
    error: { cell: 2, executionCount: 2 },
  });
  expect(readNotebook(aNotebook([{ count: 1 }, { ...skipped, count: 2, error }]))).toMatchObject({
    codeCells: 2,
    error: { cell: 2, executionCount: 2 },
  });
});

test('empty cells do not count as code cells', () => {
  expect(readNotebook(aNotebook([{ source: ' \n' }, { count: 1 }]))).toMatchObject({
    codeCells: 1,
    executedCells: 1,
  });
});

test.each(['', '{', 'null', '[]', '{"cells": 3}', 'Warning: old\n{"cells": []}', '{"cells": []}\ndone'])(
  '%j is not a notebook',
  (text) => {
    expect(readNotebook(text)).toBeUndefined();
  },
);

test.each([
  ['NaN', '{"cells":[CELL],"metadata":{"loss":NaN,"best":-Infinity,"worst":Infinity}}'],
  ['NaN beside texts that name it', '{"cells":[CELL],"a":"NaN \\" NaN","b\\\\":NaN,"Infinity":[NaN,1]}'],
  ['a byte order mark', '\uFEFF{"cells":[CELL]}'],
  ['two lists of cells, of which the last counts', '{"cells":[1,2],"cells":[CELL]}'],
  ['a cell that is none', '{"cells":[null,7,[],CELL]}'],
])('%s: judged like any other', (_what, text) => {
  expect(readNotebook(text.replace('CELL', JSON.stringify(CELL)))).toEqual({
    executedCells: 1,
    codeCells: 1,
    tolerated: false,
    injected: false,
  });
});

test('40 MB of text beside a NaN', () => {
  const outputs = [{ output_type: 'stream', text: 'a\\"'.repeat(2 ** 23) }];
  const text = withCell({ outputs }).replace('"metadata":{}', '"metadata":{"x":NaN}');
  expect(readNotebook(text)).toMatchObject({ executedCells: 1 });
});

test('NaN does not make broken JSON valid', () => {
  expect(readNotebook('{"cells": [NaN')).toBeUndefined();
});

test('format 3, from an old runner', () => {
  const cell = { cell_type: 'code', input: ['1\n'], prompt_number: 1, outputs: [] };
  const failed = { ...cell, prompt_number: 2, outputs: [{ output_type: 'pyerr', ...error }] };
  const heading = { cell_type: 'heading', source: 'x' };
  const cells = [cell, heading, failed, { ...cell, prompt_number: null }];
  expect(readNotebook(JSON.stringify({ nbformat: 3, worksheets: [{ cells }, {}] }))).toEqual({
    executedCells: 2,
    codeCells: 3,
    error: { cell: 2, executionCount: 2, ename: 'ValueError', evalue: 'bad lr' },
    tolerated: false,
    injected: false,
  });
});

const UNTELLABLE = { toString: 1, valueOf: 1 };
test.each([
  ['source', withCell({ source: UNTELLABLE }), 0],
  ['source, in a list', withCell({ source: [UNTELLABLE, 'x'] }), 1],
  ['tags', withCell({ metadata: { tags: UNTELLABLE } }), 1],
  ['metadata', withCell({ metadata: null }), 1],
  ['outputs', withCell({ outputs: [null, UNTELLABLE, []] }), 1],
  ['ename', failing({ ename: UNTELLABLE }), 1],
  ['evalue', failing({ evalue: UNTELLABLE }), 1],
])('%s that cannot be made a text stopped every decision on the run', (_field, text, codeCells) => {
  expect(readNotebook(text)).toMatchObject({ codeCells });
});

test('what a log ends with is kept of the last announced errors, and of none where another error counts', () => {
  const cells = Array.from({ length: 50 }, (_, index) => ({
    count: index,
    tags: ['raises-exception'],
    error: { ename: 'E', evalue: `${index}`, traceback: [`E: ${index}`] },
  }));
  const { toleratedLines } = readNotebook(aNotebook(cells)) ?? {};
  expect([toleratedLines?.length, toleratedLines?.at(-1)]).toEqual([20, 'E: 49']);
  expect(readNotebook(aNotebook([...cells, { error }]))).not.toHaveProperty('toleratedLines');
});

test('an error of many megabytes is kept short', () => {
  const { error } = readNotebook(failing({ ename: 'E'.repeat(1e6), evalue: 'v'.repeat(1e6) })) ?? {};
  expect([error?.ename.length, error?.evalue.length]).toEqual([100, 300]);
});

test('an error with half a character in it, as in the name of a file that is not UTF-8, could not be written to Firestore', () => {
  const { error } = readNotebook(failing({ ename: 'E', evalue: "'caf\udce9.csv'" })) ?? {};
  expect(error?.evalue).toBe("'caf\ufffd.csv'");
});
