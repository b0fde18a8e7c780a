// The main job end to end: the real client, functions, stand-ins, bash, git, python.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectSettled } from './expect-settled';
import { newDesk, until, type Desk } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.close());

const git = (...args: string[]): string => execFileSync('git', ['-C', desk.output, ...args], { encoding: 'utf8' });

test('a notebook that succeeds: results in bucket and repository, nothing left running', async () => {
  const path = desk.notebook('notebooks/a b.ipynb', [
    'import json, os\nos.makedirs("artifacts", exist_ok=True)',
    'json.dump({"acc": 0.9}, open("metrics.json", "w"))\nopen("artifacts/plot.txt", "w").write("plot")',
    'print("params", open(os.environ["MYMLOPS_PARAMS"]).read())',
  ]);
  const done = await desk.client('commit', path, '-n', 'first, "run"', '-a', '-p', 'lr=0.1', '--json');
  expect({ code: done.code, stderr: done.code ? done.stderr : '' }).toEqual({ code: 0, stderr: '' });
  const [result] = JSON.parse(done.stdout) as [{ run: string }];
  expect(result).toMatchObject({ status: 'succeeded', exitCode: 0, project: 'local' });

  const { run } = result;
  const document = await desk.show(run);
  expect(document).toMatchObject({
    v: 1,
    status: 'succeeded',
    live: false,
    notes: 'first, "run"',
    publication: { state: 'done' },
    results: { notebook: { executedCells: 3, codeCells: 3 } },
    progress: { cell: 3, cells: 3 },
  });
  expect(document.cleanedAt).toBeDefined();
  expect(desk.vmProcesses()).toEqual([]);

  const files = git('ls-tree', '-r', '--name-only', '-z', 'main').split('\0').filter(Boolean).toSorted();
  expect(files).toEqual(
    ['a b.ipynb', 'artifacts/plot.txt', 'log.txt', 'metadata.json', 'metrics.json', 'params.json'].map(
      (name) => `${run}/${name}`,
    ),
  );
  expect(JSON.parse(git('show', `main:${run}/metadata.json`))).toMatchObject({
    commit: run,
    status: 'succeeded',
    artifacts: true,
  });
  expect(JSON.parse(git('show', `main:${run}/params.json`))).toEqual({ lr: 0.1 });
  expect(git('log', '-1', '--format=%s', 'main')).toContain('[succeeded] first, "run"');

  const pulled = await desk.client('pull', run, 'pulled here');
  expect(pulled.code).toBe(0);
  expect(readFileSync(join(desk.project, 'pulled here/artifacts/plot.txt'), 'utf8')).toBe('plot');
  const logs = await desk.client('logs', run);
  expect(logs.stdout).toContain('params {"lr":0.1}');
  const events = await desk.client('events', run, '--json');
  const phases = (JSON.parse(events.stdout) as { state: { phase: string } }[]).map((event) => event.state.phase);
  expect(phases.at(-1)).toBe('publish');
  expect(phases).toContain('execute');
});

test('history outlives the local cloud', async () => {
  const { run } = (await desk.show()).request ?? { run: '' };
  expect((await desk.client('local', 'down')).code).toBe(0);
  expect(existsSync(join(desk.home, 'endpoints.json'))).toBe(false);
  expect((await desk.show()).request?.run).toBe(run);
  await desk.client('local', 'down');
  await desk.client('local', 'up', '--sweep-seconds', '1');
});

test('`local down` said nothing of a run that goes on', async () => {
  const wait = 'import os, time\nwhile not os.path.exists("go"): time.sleep(0.05)';
  const { stdout } = await desk.client('commit', '--detach', desk.notebook('goes-on.ipynb', [wait]));
  expect((await desk.client('local', 'down')).stderr).toBe(
    'The local cloud has stopped. 1 run has not ended. Notebooks that are running continue; their results are saved, and waiting runs begin, when the local cloud starts again: with the next commit, or with mymlops-client local up.\n',
  );
  await desk.client('local', 'up', '--sweep-seconds', '1');
  expect((await desk.client('cancel', stdout.trim())).stderr).toMatch(
    /^\S+ \(goes-on\.ipynb, (started|submitted) [^)]*\) will be cancelled/,
  );
});

test('a notebook that fails: its cell and error are named, the partial notebook is published, exit 100', async () => {
  const metrics = 'import os; folder = os.path.dirname(os.environ["MYMLOPS_NOTEBOOK"])';
  const write = 'open(os.path.join(folder, "metrics.json"), "w").write("{\\"loss\\": NaN, \\"lr\\": 1.0}")';
  const path = desk.notebook('fails.ipynb', [`${metrics}\n${write}`, 'raise ValueError("bad lr")', 'y = 2']);
  const done = await desk.client('commit', path);
  expect(done.code).toBe(100);
  expect(done.stderr + done.stdout).toContain('Cell 2 (In [2]): ValueError: bad lr');
  expect(done.stderr).toContain('\n  loss NaN  lr 1.0\n');
  const document = await desk.show();
  expect(document).toMatchObject({
    status: 'failed',
    reason: 'user-error',
    publication: { state: 'done' },
    metrics: { loss: 'NaN', lr: 1 },
  });
  const run = document.request?.run;
  const notebook = JSON.parse(git('show', `main:${run}/fails.ipynb`)) as {
    cells: { execution_count: number | null }[];
  };
  expect(notebook.cells.map((cell) => cell.execution_count)).toEqual([1, 2, null]);
});

test('cancel while it runs: exit 103, nothing is left', async () => {
  const path = desk.notebook('long.ipynb', ['import time', 'time.sleep(300)']);
  const commit = desk.start('commit', path, '--json');
  const run = await until('the run executes', async () => {
    const [first] = JSON.parse((await desk.client('ps', '--json')).stdout) as {
      phase?: string;
      request: { run: string };
    }[];
    return first?.phase === 'execute' ? first.request.run : undefined;
  });
  expect((await desk.client('cancel', run)).code).toBe(0);
  const done = await commit.finished;
  expect(done.code).toBe(103);
  expect(JSON.parse(done.stdout)).toMatchObject([
    { run, status: 'cancelled', reason: 'cancelled-by-user', exitCode: 103 },
  ]);
  expect((await desk.show(run)).live).toBe(false);
  expect(desk.vmProcesses()).toEqual([]);
});

test('the time limit: the command is ended, what it had is published', async () => {
  const path = desk.notebook('slow.ipynb', ['x = 1', 'import time\ntime.sleep(300)']);
  const done = await desk.client('commit', path, '--max-run', '2s');
  expect(done.code).toBe(100);
  const document = await desk.show();
  expect(document).toMatchObject({
    status: 'failed',
    reason: 'timed-out',
    publication: { state: 'done' },
    live: false,
  });
  expect(git('ls-tree', '-r', '--name-only', 'main')).toContain(`${document.request?.run}/slow.ipynb`);
});

test('several notebooks make several runs, each with its own end; the worst exit code counts', async () => {
  const good = desk.notebook('good.ipynb', ['x = 1']);
  const bad = desk.notebook('bad.ipynb', ['1 / 0']);
  const done = await desk.client('commit', good, bad, '--json');
  expect(done.code).toBe(100);
  expect((JSON.parse(done.stdout) as { status: string }[]).map(({ status }) => status).toSorted()).toEqual([
    'failed',
    'succeeded',
  ]);
});

test('--detach prints the run id and returns; the run goes on', async () => {
  const done = await desk.client('commit', desk.notebook('detached.ipynb', ['x = 1']), '--detach');
  expect(done.code).toBe(0);
  const run = done.stdout.trim();
  await until('the run is cleaned', async () => ((await desk.show(run)).live ? undefined : true));
  expect((await desk.show(run)).status).toBe('succeeded');
});

test('a push that is refused: exit 1 and `publish RUN`, which then works', async () => {
  const hook = join(desk.output, 'hooks/pre-receive');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "branch is protected" >&2\nexit 1\n', { mode: 0o755 });
  const done = await desk.client('commit', desk.notebook('refused.ipynb', ['x = 1']), '--json');
  expect(done.code).toBe(1);
  const [{ run }] = JSON.parse(done.stdout) as [{ run: string }];
  expect(done.stderr).toContain(`publish ${run}`);
  expect(await desk.show(run)).toMatchObject({ status: 'succeeded', publication: { state: 'failed' }, live: false });
  rmSync(hook);
  const published = await desk.client('publish', run);
  expect({ code: published.code, stderr: published.code ? published.stderr : '' }).toEqual({ code: 0, stderr: '' });
  expect(git('ls-tree', '-r', '--name-only', 'main')).toContain(`${run}/refused.ipynb`);
  await until('the run knows', async () => ((await desk.show(run)).publication?.state === 'done' ? true : undefined));
  await expectSettled(desk); // all runs of this file
});
