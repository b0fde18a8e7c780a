// The quickstart with each runner that a user may have: papermill, nbconvert, or neither.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locate, testWith } from '../parts';
import { newDesk, type Desk } from './desk';

const EXAMPLE = join(__dirname, '../../examples/quickstart');

let desk: Desk | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mymlops-runner-'));
});
afterEach(async () => {
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A PATH with the system's tools, python3 and of the runners only the named one. */
function pathWith(...runners: string[]): string {
  mkdirSync(join(folder, 'bin'));
  for (const name of ['python3', 'node', 'git', 'curl', ...runners]) {
    const program = locate(name);
    if (program) symlinkSync(program, join(folder, 'bin', name));
  }
  return [join(folder, 'bin'), '/usr/bin', '/bin'].join(':');
}

async function runQuickstart(path: string): Promise<string> {
  desk = await newDesk({ path, isCold: true });
  cpSync(EXAMPLE, desk.project, { recursive: true });
  const done = await desk.client('commit', 'notebooks/train.ipynb', '-p', 'epochs=4', '--json');
  const log = (await desk.client('logs')).stdout;
  expect({ code: done.code, log: done.code ? log + done.stderr : '' }).toEqual({ code: 0, log: '' });
  const document = await desk.show();
  expect(document).toMatchObject({ status: 'succeeded', publication: { state: 'done' } });
  expect(document.results?.notebook?.executedCells).toBe(document.results?.notebook?.codeCells);
  expect((await desk.client('pull', document.request?.run ?? '', 'out')).code).toBe(0);
  return log;
}

testWith('papermill', 'pip install papermill ipykernel')('papermill', async () => {
  const log = await runQuickstart(pathWith('papermill'));
  expect(log).not.toContain('run_notebook.py');
  // The log has the notebook's output, and still has the lines before it.
  expect(log).toMatch(/Input Notebook:[^]*held-out accuracy/);
});

testWith('jupyter-nbconvert', 'pip install nbconvert ipykernel')('nbconvert', async () => {
  expect(await runQuickstart(pathWith('jupyter-nbconvert'))).not.toContain('run_notebook.py');
});

test('neither: the example brings its own', async () => {
  expect(await runQuickstart(pathWith())).toContain('run_notebook.py');
});

async function killKernel(path: string, command: string): Promise<void> {
  desk = await newDesk({ path });
  desk.write('run.sh', `#!/bin/sh\nexec ${command}\n`, 0o755);
  const notebook = desk.notebook('dies.ipynb', ['x = 1', 'import os\nos.kill(os.getpid(), 9)', 'y = 2']);
  expect((await desk.client('commit', notebook)).code).toBe(100);
  expect(await desk.show()).toMatchObject({ status: 'failed', reason: 'kernel-died', publication: { state: 'done' } });
}

testWith('papermill', 'pip install papermill ipykernel')(
  'papermill, and a kernel that dies',
  () => killKernel(pathWith('papermill'), 'papermill "$1" "$1"'),
  120_000,
);

testWith('jupyter-nbconvert', 'pip install nbconvert ipykernel')(
  'nbconvert, and a kernel that dies',
  () => killKernel(pathWith('jupyter-nbconvert'), 'jupyter-nbconvert --to notebook --execute --inplace "$1"'),
  120_000,
);

/** A kernel of the user's own, in the HOME of the shell. */
function writeKernel(desk: Desk, name: string, python: string, env: object = {}): void {
  const argv = [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  const kernel = JSON.stringify({ argv, display_name: name, language: 'python', env });
  desk.write(`../.local/share/jupyter/kernels/${name}/kernel.json`, kernel);
}

testWith('papermill', 'pip install papermill ipykernel')(
  "a python3 that an earlier environment left among the user's kernels was taken in place of the active environment's",
  async () => {
    desk = await newDesk({ path: pathWith('papermill'), environment: { JUPYTER_PREFER_ENV_PATH: '1' } });
    desk.write('run.sh', '#!/bin/sh\nexec papermill "$1" "$1"\n', 0o755);
    writeKernel(desk, 'python3', join(desk.home, 'gone/bin/python'));
    const isInHome =
      'from jupyter_core import paths\nassert paths.jupyter_runtime_dir().startswith(os.environ["HOME"])';
    const notebook = desk.notebook('n.ipynb', ['import os', isInHome]);
    expect(await desk.client('commit', notebook)).toMatchObject({ code: 0 });
  },
);

testWith('papermill', 'pip install papermill ipykernel')("a kernel among the user's own is found", async () => {
  desk = await newDesk({ path: pathWith('papermill') });
  desk.write('run.sh', '#!/bin/sh\nexec papermill "$1" "$1" -k house\n', 0o755);
  writeKernel(desk, 'house', 'python', { HOUSE: 'mine' });
  const notebook = desk.notebook('n.ipynb', ['import os\nassert os.environ["HOUSE"] == "mine"']);
  expect(await desk.client('commit', notebook)).toMatchObject({ code: 0 });
});

/** Tags the first cell so that its error is wanted. */
function withAnnouncedError(desk: Desk, path: string): void {
  const text = readFileSync(join(desk.project, path), 'utf8');
  const { cells, ...rest } = JSON.parse(text) as { cells: object[] };
  const [first, ...others] = cells;
  const announced = { ...first, metadata: { tags: ['raises-exception'] } };
  desk.write(path, JSON.stringify({ ...rest, cells: [announced, ...others] }));
}

testWith('papermill', 'pip install papermill ipykernel')(
  'papermill exits with 1 for an error that its cell announces, although every cell ran: it has succeeded',
  async () => {
    desk = await newDesk({ path: pathWith('papermill') });
    const saying = 'said=$(papermill "$1" "$1" 2>&1); code=$?; echo "papermill: $code"; echo "$said"; exit "$code"';
    desk.write('run.sh', `#!/bin/sh\n${saying}\n`, 0o755);
    withAnnouncedError(desk, desk.notebook('announced.ipynb', ['raise ValueError("bad\\nlr")', 'x = 2']));
    expect((await desk.client('commit', 'announced.ipynb')).code).toBe(0);
    expect((await desk.client('logs')).stdout).toMatch(/^papermill: 1$[^]*^ValueError: bad\nlr\s*$/m);
    expect(await desk.show()).toMatchObject({
      status: 'succeeded',
      results: { notebook: { executedCells: 2, codeCells: 2, tolerated: true } },
      publication: { state: 'done' },
    });
  },
);

testWith('papermill', 'pip install papermill ipykernel')(
  'a command that failed after an error which its cell announces had succeeded',
  async () => {
    desk = await newDesk({ path: pathWith('papermill') });
    desk.write('run.sh', '#!/bin/sh\npapermill "$1" "$1"; echo "upload: no such bucket" >&2; exit 1\n', 0o755);
    withAnnouncedError(desk, desk.notebook('announced.ipynb', ['1 / 0', 'x = 2']));
    expect((await desk.client('commit', 'announced.ipynb')).code).toBe(100);
    expect(await desk.show()).toMatchObject({
      status: 'failed',
      reason: 'user-error',
      message: 'The command failed (exit code 1): upload: no such bucket',
    });
  },
);
