// Notebooks and commands that misbehave, the whole way and all at once: each run has its right end, its log and its
// results, no VM and no process is left. What the agent does about each is in test/vm/run/misbehaviour.test.ts.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@mymlops/protocol';
import { newDesk, processesWith, type Desk, type Finished } from './desk';

interface Case {
  /** What the command does with the notebook `$1`. */
  shell?: string;
  cells?: string[];
  exitCode: number;
  run: object;
}

const execute = 'python3 run_notebook.py "$1"';
const failed = (reason: string, message: RegExp): Case['run'] => ({
  status: 'failed',
  reason,
  message: expect.stringMatching(message),
});
const succeeded = { status: 'succeeded', publication: { state: 'done' } };

const CASES: Record<string, Case> = {
  absent: { shell: './absent.sh', exitCode: 100, run: failed('user-error', /not found.*127.*absent\.sh/s) },
  swallows: {
    shell: `${execute} || true`,
    cells: ['1 / 0'],
    exitCode: 100,
    run: failed('user-error', /Cell 1 \(In \[1\]\): ZeroDivisionError/),
  },
  untouched: {
    shell: 'echo nothing',
    exitCode: 100,
    run: failed('notebook-not-executed', /cells of the notebook did not run/),
  },
  truncated: {
    shell: `${execute}; printf '{"cells": [' > "$1"`,
    exitCode: 100,
    run: failed('notebook-not-executed', /incomplete, or not a notebook/),
  },
  // 35 MB, whole and valid, with an error behind them that the command hides.
  large: {
    shell: [
      `{ printf '{"cells":[{"cell_type":"code","id":"a","metadata":{},"execution_count":1,"source":"x","outputs":['`,
      `printf '{"output_type":"stream","name":"stdout","text":"'; head -c 35000000 /dev/zero | tr "\\0" x; printf '"},'`,
      `printf '{"output_type":"error","ename":"ValueError","evalue":"last","traceback":[]}]}],'`,
      `printf '"metadata":{},"nbformat":4,"nbformat_minor":5}'; } > "$1"`,
    ].join('; '),
    exitCode: 100,
    run: {
      ...failed('user-error', /^Cell 1 \(In \[1\]\): ValueError: last$/),
      results: { notebook: { executedCells: 1, codeCells: 1 } },
    },
  },
  removed: {
    shell: `${execute}; rm "$1"`,
    exitCode: 100,
    run: failed('results-incomplete', /removed\.ipynb .*no longer/),
  },
  noisy: {
    shell: `${execute}; head -c 10000000 /dev/zero | tr "\\0" x; printf "\\033]0;title\\007\\033[2J\\xff\\0\\nlast\\n"`,
    exitCode: 0,
    run: succeeded,
  },
  parent: { shell: `${execute}; kill -9 $PPID; sleep 60`, exitCode: 100, run: failed('user-error', /killed.*137/) },
  daemon: {
    shell: `setsid sh -c 'trap "" TERM; while :; do echo noise; sleep 1; done' & ${execute}`,
    exitCode: 0,
    run: succeeded,
  },
  home: {
    shell: 'echo said; cd /; rm -rf "$HOME"; exit 4',
    exitCode: 100,
    run: failed('user-error', /exit code 4\): said/),
  },
  leaves: { cells: ['import sys', 'sys.exit(0)', 'x = 1'], exitCode: 0, run: succeeded },
  fails: {
    cells: ['import sys', 'sys.exit(3)'],
    exitCode: 100,
    run: failed('user-error', /Cell 2 \(In \[2\]\): SystemExit: 3/),
  },
  odd: {
    shell: [
      `${execute}; git config --global core.hooksPath "$HOME"; git config --global url."ext::false".insteadOf /`,
      `echo '{"loss": NaN}' > metrics.json; cd artifacts; git init -q nested; : > nested/file; echo "*" > .gitignore`,
      `printf a > 'it'"'"'s "quoted" 你好'; ln -s /etc/passwd link; mkfifo fifo`,
    ].join('; '),
    exitCode: 0,
    run: succeeded,
  },
};

let desk: Desk;
let finished: Finished;
let outcomes: { run: string; notebook: string; exitCode: number }[];
const documents = new Map<string, RunDocument>();

const runOf = (name: string): string => outcomes.find(({ notebook }) => notebook === `${name}.ipynb`)?.run ?? name;

beforeAll(async () => {
  desk = await newDesk({ sweepSeconds: 5 }); // one a second, with all of these at once, keeps a busy computer from the rest
  const branches = Object.entries(CASES).map(([name, { shell = execute }]) => `${name}.ipynb) ${shell} ;;`);
  desk.write('run.sh', `#!/bin/bash\ncase \${1##*/} in\n${branches.join('\n')}\nesac\n`, 0o755);
  const notebooks = Object.entries(CASES).map(([name, { cells = ['x = 1'] }]) => desk.notebook(`${name}.ipynb`, cells));
  finished = await desk.client('commit', '-a', '--json', ...notebooks);
  outcomes = JSON.parse(finished.stdout) as typeof outcomes;
  for (const name of Object.keys(CASES)) documents.set(name, await desk.show(runOf(name)));
});
afterAll(() => desk.close());

test.each(Object.keys(CASES))('%s: its own end, and its results are published', (name) => {
  expect(documents.get(name)).toMatchObject({ live: false, publication: { state: 'done' }, ...CASES[name]?.run });
  expect(outcomes.find(({ run }) => run === runOf(name))?.exitCode).toBe(CASES[name]?.exitCode);
  const files = execFileSync('git', ['-C', desk.output, 'ls-tree', '-r', '--name-only', 'main', `${runOf(name)}/`], {
    encoding: 'utf8',
  });
  expect(files).toContain(`${runOf(name)}/log.txt`);
});

test('the worst of them is what commit exits with, and nothing runs on', () => {
  expect(finished.code).toBe(100);
  expect(desk.vmProcesses()).toEqual([]);
  expect(processesWith('MYMLOPS_RUN=', `HOME=${desk.home}`)).toEqual([]);
});

test('a terminal gets no control sequences; the log keeps its bytes', async () => {
  const { stdout } = await desk.client('logs', runOf('noisy'));
  expect(stdout).toContain('last\n');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(stdout).not.toMatch(/[\u0000-\u0008\u001b]/);
  await desk.client('pull', runOf('noisy'), 'noisy results');
  const log = readFileSync(join(desk.project, 'noisy results/log.txt'), 'latin1');
  expect(log.length).toBeGreaterThan(10_000_000);
  expect(log).toContain('x\u001b]0;title\u0007\u001b[2J\u00ff\0\nlast\n');
});

test('odd results come back under their names, without links and repositories', async () => {
  const pulled = await desk.client('pull', runOf('odd'), 'odd results', '--json');
  const { files } = JSON.parse(pulled.stdout) as { files: { path: string }[] };
  expect(files.map(({ path }) => path).toSorted()).toEqual(
    [
      'artifacts/.gitignore',
      'artifacts/it\'s "quoted" 你好',
      'artifacts/nested/file',
      'log.txt',
      'metrics.json',
      'odd.ipynb',
      'params.json',
    ].toSorted(),
  );
  expect(readFileSync(join(desk.project, 'odd results/metrics.json'), 'utf8')).toBe('{"loss": NaN}\n');
});
