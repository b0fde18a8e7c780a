// A notebook that nbconvert executes: what is saved of it, and when.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { useTempFolders, writeFiles } from '../client/temp-folder';
import { locate, testWith } from '../parts';

const EXAMPLE = resolve(__dirname, '../../examples/quickstart');
const tempFolder = useTempFolders();
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill()));
const testNbconvert = testWith('jupyter-nbconvert', 'pip install nbconvert ipykernel');

interface Cell {
  execution_count: number | null;
  outputs: { output_type: string; text?: string | string[]; ename?: string }[];
}

/** `run.sh` on a notebook of these cells, with nbconvert and without papermill on the PATH. */
function start(sources: string[]) {
  const folder = tempFolder();
  const cells = sources.map((source, index) => ({
    ...{ cell_type: 'code', id: `cell-${index}`, execution_count: null, metadata: {}, outputs: [], source },
  }));
  const metadata = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } };
  writeFiles(folder, {
    'notebooks/n.ipynb': JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }),
    'bin/README': '',
  });
  for (const name of ['python3', 'jupyter-nbconvert']) {
    symlinkSync(locate(name) ?? '/nonexistent', join(folder, 'bin', name));
  }
  const child = spawn('bash', [join(EXAMPLE, 'run.sh'), 'notebooks/n.ipynb'], {
    cwd: folder,
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (log += String(data)));
  const notebook = join(folder, 'notebooks/n.ipynb');
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, log }));
  const read = () => (JSON.parse(readFileSync(notebook, 'utf8')) as { cells: Cell[] }).cells;
  return { child, folder, ended, read };
}

const countsOf = (cells: Cell[]): (number | null)[] => cells.map((cell) => cell.execution_count);

testNbconvert('a notebook that failed came back without any output', async () => {
  const { ended, read } = start(['print("first")', 'print("before")\n1 / 0', 'print("never")']);
  const { code, log } = await ended;
  const last = log.trim().split('\n').at(-1) ?? '';
  expect({ code, last: stripVTControlCharacters(last) }).toEqual({
    code: 1,
    last: 'ZeroDivisionError: division by zero',
  });
  expect(log).toMatch(/^first\nbefore\n/);
  const [first, second, third] = read();
  expect(first?.outputs).toMatchObject([{ output_type: 'stream' }]);
  expect(second?.outputs).toMatchObject([
    { output_type: 'stream' },
    { output_type: 'error', ename: 'ZeroDivisionError' },
  ]);
  expect(third?.outputs).toEqual([]);
});

testNbconvert('a clean exit ends the notebook without an error', async () => {
  const { ended, read } = start(['import sys\nsys.exit(0)', 'print("never")']);
  expect((await ended).code).toBe(0);
  const [exiting, later] = read();
  expect(exiting?.outputs[0]).toMatchObject({ output_type: 'error', ename: 'SystemExit' });
  expect(later).toMatchObject({ execution_count: null, outputs: [] });
});

testNbconvert('a kernel that dies is named at the end of the log, and the cells before it are saved', async () => {
  const { ended, read } = start(['print("first")', 'import os\nos.kill(os.getpid(), 9)']);
  const { code, log } = await ended;
  expect({ code, last: log.trim().split('\n').at(-1) }).toEqual({
    code: 1,
    last: expect.stringMatching(/\bDeadKernelError\b/),
  });
  expect(read()[0]?.outputs).toHaveLength(1);
});

testNbconvert('each cell is saved when it has run, and the time limit ends the kernel too', async () => {
  const wait = 'import pathlib, time\npathlib.Path("here").touch()\ntime.sleep(600)';
  const { child, folder, ended, read } = start(['print("first")', wait]);
  const here = join(folder, 'notebooks/here');
  await new Promise<void>((done) => {
    const watcher = watch(join(folder, 'notebooks'), () => {
      if (!existsSync(here)) return;
      watcher.close();
      done();
    });
  });
  expect(countsOf(read())[0]).toBe(1);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(1);
  expect(read()[0]?.outputs).toHaveLength(1);
});
