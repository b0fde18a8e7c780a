// How far a notebook has come, as the agent reads it off the file while a runner writes it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PARTS = join(__dirname, '../../../functions/vm/run');
const COUNT = `
for part in 62-notebook 63-cells 64-side-loop; do . "$1/$part.sh"; done
shift
for file; do if count_ended "$file"; then echo "$REPLY"; else echo -; fi; done`;

interface Cell {
  count?: number;
  tags?: string[];
  /** papermill's. */
  status?: 'pending' | 'running' | 'completed' | 'failed';
  /** nbclient's: the kernel began the cell, and answered. */
  times?: ('iopub.execute_input' | 'shell.execute_reply' | 'shell.execute_reply.started')[];
  error?: string;
  outputs?: object[];
}

/** With its keys in the order in which nbformat writes them. */
function cellOf({ count, tags, status, times, error, outputs = [] }: Cell): object {
  const execution = times && Object.fromEntries(times.map((name) => [name, '2026-12-01T12:00:00Z']));
  const failed = error ? [{ ename: error, evalue: '', output_type: 'error', traceback: [] }] : [];
  const result = count === undefined ? [] : [{ data: {}, execution_count: count, output_type: 'execute_result' }];
  return {
    cell_type: 'code',
    execution_count: count ?? null,
    metadata: {
      ...(execution && { execution }),
      ...(status && { papermill: { exception: null, status } }),
      ...(tags && { tags }),
    },
    outputs: [...result, ...outputs, ...failed],
    source: ['print(\'"execution_count": 7, "status": "running"\')\n', '  {\n', '}\n'],
  };
}

const INJECTED = ['injected-parameters'];
const done = (count: number): Cell => ({ count, times: ['iopub.execute_input', 'shell.execute_reply'] });
/** The output of a cell may look like a notebook. */
const QUOTING = {
  output_type: 'display_data',
  data: { 'application/json': { execution_count: 9, status: 'running' } },
};

const STATES: [string, Cell[], number | '-'][] = [
  ['a runner that saves at the end, meanwhile', [{}, {}, {}], '-'],
  ['and when all have run', [done(1), done(2), done(3)], 3],
  ['the first cell runs, says papermill', [{ status: 'running' }, { status: 'pending' }], 0],
  ['the first cell runs, says run_notebook.py', [{ times: ['shell.execute_reply.started'] }, {}], 0],
  ['a runner that saves after each cell, in the second one', [{ count: 1 }, {}, {}], 1],
  ['papermill, at the start of the second one', [{ count: 1, status: 'completed' }, { status: 'running' }], 1],
  [
    'papermill, as the second one prints',
    [
      { ...done(1), status: 'completed' },
      { count: 2, status: 'running' },
    ],
    1,
  ],
  ['nbclient, as the second one prints', [done(1), { count: 2, times: ['iopub.execute_input'] }, {}], 1],
  ['run_notebook.py, when one has run', [{ count: 1, times: ['shell.execute_reply.started'] }, {}], 1],
  ['the injected cell runs', [done(1), { tags: INJECTED, status: 'running' }, {}], 1],
  ['the injected cell has run', [done(1), { ...done(2), tags: INJECTED }, {}], 1],
  ['the injected cell is the first and has run', [{ ...done(1), tags: INJECTED }, {}], 0],
  ['all have run, the injected cell too', [done(1), { ...done(2), tags: INJECTED }, done(3)], 2],
  ['a skipped cell in the middle', [done(1), { tags: ['skip-execution'], status: 'completed' }, done(2), {}], 2],
  ['the second cell failed, and the notebook with it', [done(1), { ...done(2), error: 'E' }, {}], 1],
  ['papermill marks the second one as failed', [done(1), { ...done(2), status: 'failed' }, { status: 'pending' }], 1],
  ['an announced error, and the next cell runs', [{ ...done(1), error: 'E' }, { status: 'running' }, {}], 1],
  ['an announced error, and the next cell has run', [{ ...done(1), error: 'E' }, done(2), {}], 2],
  ['the kernel died in the second cell', [done(1), { count: 2, times: ['iopub.execute_input'] }, {}], 1],
  ['outputs that quote marks', [{ ...done(1), outputs: [QUOTING] }, {}], 1],
  ['a kernel of its own for each cell', [done(1), done(1), {}], 2],
];

const folder = mkdtempSync(join(tmpdir(), 'mymlops-ended-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All files in one call. */
function countEnded(texts: readonly string[]): (number | '-')[] {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.ipynb`);
    writeFileSync(file, text);
    return file;
  });
  const said = execFileSync('bash', ['-c', COUNT, 'bash', PARTS, ...files], { encoding: 'utf8' });
  const values = said.trim().split('\n');
  return values.map((value) => (value === '-' ? value : Number(value)));
}

const notebook = (cells: Cell[], indent?: number): string =>
  `${JSON.stringify({ cells: cells.map(cellOf), metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, indent)}\n`;

test('as papermill, nbclient and run_notebook.py write it', () => {
  const counts = countEnded(STATES.map(([, cells]) => notebook(cells, 1)));
  expect(STATES.map(([name], index) => [name, counts[index]])).toEqual(STATES.map(([name, , count]) => [name, count]));
});

test('a notebook that is being written is not known, at whatever byte it is cut', () => {
  const text = notebook([done(1), { ...done(2), error: 'E' }, {}], 1);
  const cuts = Array.from({ length: 60 }, (_, index) => text.slice(0, Math.floor((index * (text.length - 3)) / 60)));
  expect(new Set(countEnded(cuts))).toEqual(new Set(['-']));
});

test('in any other form marks are counted: no cell is counted twice, the injected one not at all', () => {
  const plain = [{ count: 1 }, { count: 2, tags: INJECTED }, { count: 3 }, {}];
  const failed = [{ count: 1 }, { count: 2, tags: INJECTED }, { count: 3, error: 'E' }, {}];
  const pending = [{ count: 1 }, { tags: INJECTED }, {}];
  const texts = [2, undefined].flatMap((indent) => [plain, failed, pending].map((cells) => notebook(cells, indent)));
  expect(countEnded([...texts, texts.at(-1)?.slice(0, -3) ?? ''])).toEqual([2, 1, 1, 2, 1, 1, '-']);
});
