// Client (the total of the progress), agent (execution marks) and verdict count the same cells, whoever runs them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotebook as readBefore } from '../../../client/src/notebook/notebook';
import { readNotebook as readAfter } from '../../../functions/src/engine/run/notebook-facts';
import { testWith } from '../../parts';

const ROOT = join(__dirname, '../../..');
const SMALL_RUNNER = ['python3', join(ROOT, 'examples/quickstart/run_notebook.py')];
const COUNT = `
for part in 62-notebook 63-cells 64-side-loop; do . "$1/$part.sh"; done
count_ended "$2"
echo "$REPLY"`;

const folder = mkdtempSync(join(tmpdir(), 'mymlops-counts-'));
const notebook = join(folder, 'a.ipynb');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function countByAgent(): number {
  const parts = join(ROOT, 'functions/vm/run');
  return Number(execFileSync('bash', ['-c', COUNT, 'bash', parts, notebook], { encoding: 'utf8' }));
}

interface Counts {
  client: number;
  agent: number;
  executed: number;
  judged: number | undefined;
}

function countAll(content: unknown, [program = '', ...args]: string[]): Counts {
  writeFileSync(notebook, typeof content === 'string' ? content : JSON.stringify(content));
  const { codeCells, stripped } = readBefore(notebook, folder);
  writeFileSync(notebook, stripped);
  execFileSync(program, [...args, notebook], { stdio: 'pipe' });
  const facts = readAfter(readFileSync(notebook, 'utf8'));
  return { client: codeCells, agent: countByAgent(), executed: facts?.executedCells ?? -1, judged: facts?.codeCells };
}

const all = (count: number): Counts => ({ client: count, agent: count, executed: count, judged: count });
const code = (source: unknown, more: object = {}): object => ({
  cell_type: 'code',
  source,
  execution_count: null,
  metadata: {},
  outputs: [],
  ...more,
});
const tagged = (...tags: string[]) => ({ metadata: { tags } });
const KERNEL = { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } };
const v4 = (...cells: object[]): object => ({ nbformat: 4, nbformat_minor: 4, metadata: KERNEL, cells });

const BLANK = [code(''), code([]), code(['\n', '  ']), code('\t\u00a0\u2003\u001c\u0085\n')];
const QUOTING = `print('"execution_count": 77, "prompt_number": 78')`;
const ODD: [string, number, unknown][] = [
  ['lists and texts', 3, v4(code('1'), code(['2\n', '3']), code(['', '4']))],
  ['blank cells of every kind', 1, v4(code('1'), ...BLANK)],
  ['a comment alone', 2, v4(code('# nothing'), code('1'))],
  [
    'counts and results of an earlier run',
    2,
    v4(code('1', { execution_count: 41 }), code('2', { execution_count: 41 })),
  ],
  ['a cell to be skipped', 1, v4(code('1'), code('1 / 0', tagged('skip-execution')))],
  ['an announced error', 2, v4(code('1 / 0', tagged('raises-exception')), code('2'))],
  ['output and sources that quote the marks', 2, v4(code(QUOTING), code('2'))],
  ['other kinds of cells', 1, v4(code('1'), { cell_type: 'raw', source: '2', metadata: {} })],
  ['NaN in metadata', 1, JSON.stringify(v4(code('1'))).replace('"metadata":{}', '"metadata":{"x":NaN}')],
  ['fields twice', 1, JSON.stringify(v4(code('1'))).replace('"source"', '"source":"","source"')],
  [
    'format 3',
    2,
    {
      nbformat: 3,
      metadata: {},
      worksheets: [
        {
          cells: [
            { cell_type: 'code', input: ['1'], language: 'python', outputs: [], prompt_number: 5 },
            { cell_type: 'code', input: ' ', language: 'python', outputs: [] },
            { cell_type: 'heading', level: 1, source: 'x' },
          ],
        },
        { cells: [{ cell_type: 'code', input: '2', language: 'python', outputs: [] }] },
      ],
    },
  ],
];

test.each(ODD)('%s', (_name, count, content) => {
  expect(countAll(content, SMALL_RUNNER)).toEqual(all(count));
});

const PLAIN = v4(
  code(QUOTING),
  ...BLANK,
  code('# nothing'),
  code('1 / 0', tagged('skip-execution')),
  code('1 / 0', tagged('raises-exception')),
  code('1'),
);
const CONVERT = ['jupyter-nbconvert', '--to', 'notebook', '--execute', '--inplace'];

testWith('jupyter-nbconvert', 'pip install nbconvert ipykernel')('all of it, with nbconvert', async () => {
  expect(countAll(PLAIN, CONVERT)).toEqual(all(4));
});

testWith('papermill', 'pip install papermill ipykernel')("papermill's own cell is counted by nobody", async () => {
  const run = ['sh', '-c', 'papermill "$0" "$0" -p x 1'];
  expect(countAll(v4(code('x = 0', tagged('parameters')), code('x')), run)).toEqual(all(2));
  expect(countAll(readFileSync(notebook, 'utf8'), run)).toEqual(all(2));
});
