// The example as a user gets it: it runs without Jupyter, it learns, and its small runner tells the truth about errors.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const EXAMPLE = resolve(__dirname, '../../examples/quickstart');

interface Output {
  output_type: string;
  name?: string;
  text?: string;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  data?: Record<string, string>;
}

interface Cell {
  cell_type: string;
  id: string;
  execution_count: number | null;
  outputs: Output[];
  source: string[];
}

let folder: string;
let running: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-quickstart-'));
  cpSync(EXAMPLE, folder, { recursive: true });
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

function start(notebook: string, env: Record<string, string> = {}): ChildProcess & { log: string } {
  const child = spawn('python3', [join(folder, 'run_notebook.py'), notebook], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = Object.assign(child, { log: '' });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (started.log += String(data)));
  running.push(child);
  return started;
}

const exitOf = async (child: ChildProcess): Promise<unknown> => (await once(child, 'close'))[0];
const cellsOf = (notebook: string): Cell[] =>
  (JSON.parse(readFileSync(join(folder, notebook), 'utf8')) as { cells: Cell[] }).cells;
const textOf = (cell: Cell | undefined): string => cell?.outputs.map((output) => output.text ?? '').join('') ?? '';

/** Writes a notebook of these code cells; a source that begins with a tag in brackets gets that tag. */
function writeNotebook(...sources: string[]): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    id: `cell-${index}`,
    execution_count: null,
    metadata: source.startsWith('[') ? { tags: [source.slice(1, source.indexOf(']'))] } : {},
    outputs: [],
    source: source.replace(/^\[.*?\]/, ''),
  }));
  // papermill and nbconvert run no notebook that does not name its kernel.
  const metadata = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } };
  writeFileSync(join(folder, 'test.ipynb'), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  return 'test.ipynb';
}

test('the notebook is committed without outputs, with ids, and with enough cells to see progress', () => {
  const cells = cellsOf('notebooks/train.ipynb');
  const code = cells.filter((cell) => cell.cell_type === 'code');
  expect(code.length).toBeGreaterThanOrEqual(6);
  expect(code.every((cell) => cell.outputs.length === 0 && cell.execution_count === null)).toBe(true);
  expect(new Set(cells.map((cell) => cell.id)).size).toBe(cells.length);
});

test('it learns: better than guessing and than a straight line, on points it has not seen', async () => {
  const params = join(folder, 'given.json');
  writeFileSync(params, '{"epochs": 12, "lr": 0.06}');
  const run = start('notebooks/train.ipynb', { MYMLOPS_PARAMS: params, MYMLOPS_ARTIFACTS: join(folder, 'art') });
  expect(await exitOf(run)).toBe(0);
  const metrics = JSON.parse(readFileSync(join(folder, 'notebooks/metrics.json'), 'utf8')) as Record<string, number>;
  expect(metrics['accuracy']).toBeGreaterThan(0.93);
  expect(metrics['baseline_accuracy']).toBeLessThan(0.75);
  expect(JSON.parse(readFileSync(join(folder, 'notebooks/params.json'), 'utf8'))).toEqual({
    lr: 0.06,
    epochs: 12,
    hidden: 16,
    seed: 7,
  });
  expect(readFileSync(join(folder, 'art/spirals.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  const code = cellsOf('notebooks/train.ipynb').filter((cell) => cell.cell_type === 'code');
  expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, index) => index + 1));
  expect(run.log).toContain('held-out accuracy');
  expect(run.log).toContain('executing with the standard library');
});

test('an error stops the notebook, is saved in it, and is the exit code', async () => {
  const notebook = writeNotebook('a = 1\na', 'print("before")\n1 / 0', 'print("never")');
  const run = start(notebook);
  expect(await exitOf(run)).toBe(1);
  const [first, second, third] = cellsOf(notebook);
  expect(first?.outputs).toMatchObject([{ output_type: 'execute_result', data: { 'text/plain': '1' } }]);
  expect(second?.outputs).toMatchObject([
    { output_type: 'stream', name: 'stdout', text: 'before\n' },
    { output_type: 'error', ename: 'ZeroDivisionError', evalue: 'division by zero' },
  ]);
  const traceback = second?.outputs[1]?.traceback?.join('\n') ?? '';
  expect(traceback).toContain('1 / 0');
  expect(traceback).not.toContain('run_notebook.py');
  expect(third).toMatchObject({ execution_count: null, outputs: [] });
  expect(run.log).toContain('ZeroDivisionError: division by zero');
});

test('a notebook whose name begins with a dash is a notebook like any other', async () => {
  renameSync(join(folder, writeNotebook('1 + 1')), join(folder, '-dash.ipynb'));
  const child = spawn('bash', [join(folder, 'run.sh'), '-dash.ipynb'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'ignore',
  });
  running.push(child);
  expect(await exitOf(child)).toBe(0);
  expect(cellsOf('-dash.ipynb')[0]?.execution_count).toBe(1);
});

test.each([
  ['a syntax error', 'def', 1, 'SyntaxError'],
  ['a non-zero exit', 'import sys\nsys.exit("no")', 1, 'SystemExit'],
  ['an error that was expected', '[raises-exception]raise ValueError("x")', 0, 'ValueError'],
])('%s', async (_, source, exit, ename) => {
  const notebook = writeNotebook(source);
  expect(await exitOf(start(notebook))).toBe(exit);
  expect(cellsOf(notebook)[0]?.outputs.at(-1)?.ename).toBe(ename);
});

test('a clean exit ends the notebook without an error, and the notebook shows that it was on purpose', async () => {
  const notebook = writeNotebook('print("last")\nexit()', 'print("never")');
  expect(await exitOf(start(notebook))).toBe(0);
  expect(cellsOf(notebook)[0]?.outputs).toMatchObject([
    { output_type: 'stream', text: 'last\n' },
    { output_type: 'error', ename: 'SystemExit', evalue: 'None' },
  ]);
  expect(cellsOf(notebook)[1]).toMatchObject({ execution_count: null, outputs: [] });
});

test('a cell that ends the process has no mark, nor has one that is still running', async () => {
  const notebook = writeNotebook('1', 'import os\nprint("saved", flush=True)\nos._exit(0)', '3');
  expect(await exitOf(start(notebook))).toBe(0);
  expect(cellsOf(notebook).map((cell) => cell.execution_count)).toEqual([1, null, null]);
});

test('stdout and stderr are kept apart, and an empty cell is not executed', async () => {
  const notebook = writeNotebook('import sys\nprint("o")\nprint("e", file=sys.stderr)\nprint("o2")', '  ', 'None', '3');
  expect(await exitOf(start(notebook))).toBe(0);
  const cells = cellsOf(notebook);
  expect(cells.map((cell) => cell.execution_count)).toEqual([1, null, 2, 3]);
  expect(cells[0]?.outputs.map((output) => [output.name, output.text])).toEqual([
    ['stdout', 'o\n'],
    ['stderr', 'e\n'],
    ['stdout', 'o2\n'],
  ]);
});

test('a long cell is saved while it runs, and what it printed survives its end by a signal', async () => {
  const notebook = writeNotebook('import time\nfor i in range(6000):\n    print(i, flush=True)\n    time.sleep(0.05)');
  const run = start(notebook);
  const ended = exitOf(run);
  await fileHolds(notebook, (cells) => textOf(cells[0]).startsWith('0\n'));
  run.kill('SIGTERM');
  expect(await ended).toBe(1);
  expect(cellsOf(notebook)[0]?.outputs.at(-1)).toMatchObject({
    ename: 'KeyboardInterrupt',
    evalue: 'ended by SIGTERM',
  });
});

/** Resolves when the notebook, which is replaced at every save, satisfies `condition`. */
function fileHolds(notebook: string, condition: (cells: Cell[]) => boolean): Promise<void> {
  return new Promise((done, fail) => {
    const watcher = watch(folder, () => {
      if (condition(cellsOf(notebook))) end(done);
    });
    const timer = setTimeout(() => end(() => fail(new Error('the notebook was not saved in time'))), 15_000);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      watcher.close();
      settle();
    };
  });
}
