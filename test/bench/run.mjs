// `npm run bench [-- --json]`: what mymlops adds to the work itself, as ratios to a floor measured in the same call. The exit
// code is 1 where one is over its bar.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { timePairs } from './pairs.mjs';
import { benchAgent } from './agent.mjs';
import { benchColdStart } from './cold-start.mjs';
import { benchEvent } from './event.mjs';
import { benchLogs } from './logs.mjs';
import { benchPs } from './ps.mjs';
import { benchQuick } from './quick.mjs';
import { benchSimulate } from './simulate.mjs';
import { benchSnapshot } from './snapshot.mjs';
import { benchStart, startSection } from './start.mjs';
import { benchSweep } from './sweep.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const client = join(root, 'client/bin/mymlops-client.cjs');
const ROUNDS = 7;

/** It keeps compiled code. */
const isNew = Number(process.versions.node.split('.')[0]) >= 22;

/** What the ratios, medians where there are several, are meant not to pass. */
const BARS = {
  help: isNew ? 1.5 : 2,
  ...{ commit: 1.3, ps: 1.5, snapshot: 1.5 },
  // With the libraries for YAML and schemas alone, loaded and used once, 2.3 on Node.js 20.
  'validate-cpu': isNew ? 3.2 : 4,
  ...{ 'ps-cpu': 9, 'show-cpu': 9, 'logs-cpu': 9 },
  ...{ 'logs-600mb-first-line': 1.2, 'logs-600mb-time': 10, 'logs-600mb-memory': 1 },
  ...{ sweep: 2, 'sweep-lists': 1, 'sweep-documents': 1.01, 'sweep-memory': 1 },
  ...{ event: 2, 'event-calls': 1 },
  ...{ 'cold-start-event': 1.3, 'cold-start-request': 1.3, 'cold-start-sweep': 1.3 },
  ...{ 'cold-start-request-compute': 0.6, 'cold-start-sweep-compute': 0.6 },
  'agent-overhead': 1.5,
  'start-warm': 1,
};

const folder = mkdtempSync(join(tmpdir(), 'mymlops-bench-'));
const project = join(folder, 'project');
const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', MYMLOPS_HOME: join(folder, 'home') };

/** Ends well or throws what the program said. */
function run(program, args, cwd = project) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args[0]}: exit ${code}\n${said}`)),
    );
  });
}

const mymlops = (...args) => run(process.execPath, [client, ...args]);

/** A port on which nobody listens. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A notebook of five cells that take a second each: what is measured is what comes on top. */
function writeProject(port) {
  mkdirSync(project, { recursive: true });
  for (const name of ['run_notebook.py', 'prepare_notebook.py']) {
    cpSync(join(root, 'examples/quickstart', name), join(project, name));
  }
  writeFileSync(join(project, 'run.sh'), '#!/bin/sh\nexec python3 run_notebook.py "$1"\n', { mode: 0o755 });
  writeFileSync(
    join(project, 'mymlops.yml'),
    `project: local\ncommit:\n  command: ./run.sh\n  output_repository:\n    url: $MYMLOPS_HOME/repositories/out.git\n    branch: main\n${startSection(port)}`,
  );
  const cells = [1, 2, 3, 4, 5].map((n) => ({
    cell_type: 'code',
    id: `cell-${n}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source: `import time\ntime.sleep(1)\nprint(${n})`,
  }));
  const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(project, 'five.ipynb'), JSON.stringify(notebook, null, 1));
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=b@localhost', ...args], { cwd: project, env });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'bench');
}

let hands = 0;
async function byHand() {
  const work = join(folder, `hand-${++hands}`);
  mkdirSync(work);
  await run(join(here, 'by-hand.sh'), [project, 'five.ipynb', join(folder, 'home/repositories/out.git'), work]);
  rmSync(work, { recursive: true });
}

async function benchCommit() {
  await mymlops('commit', 'five.ipynb');
  const contestants = {
    commit: () => mymlops('commit', 'five.ipynb'),
    'cold-commit': () => mymlops('commit', 'five.ipynb'),
  };
  // The cloud that the cold commit finds stopped is stopped outside its time, and is warm again for the next round.
  return timePairs(contestants, byHand, ROUNDS, {
    prepare: { 'cold-commit': () => mymlops('local', 'down') },
  });
}

async function benchHelp() {
  const help = () => mymlops('--help');
  const node = () => run(process.execPath, ['-e', '0']);
  return timePairs({ help }, node, 3 * ROUNDS);
}

/** Their ids. */
async function newestRuns(count) {
  const { stdout } = await promisify(execFile)(process.execPath, [client, 'ps', '--json', '-n', String(count)], {
    cwd: project,
    env,
  });
  return JSON.parse(stdout).map(({ run }) => run);
}

async function cleanUp() {
  await mymlops('local', 'reset', '--yes').catch((error) => console.error(error.message));
  rmSync(folder, { recursive: true, force: true });
}

// `finally` does not run when a signal ends the process, and the local cloud is a process of its own.
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.once(signal, () => void cleanUp().then(() => process.exit(128 + number)));
}

try {
  const port = await freePort();
  writeProject(port);
  const times = [];
  const parts = [
    () => benchHelp(),
    () => benchCommit(),
    () => benchStart(mymlops, run, port),
    () => benchPs(mymlops, run, join(folder, 'home')),
    async () => benchQuick(client, { cwd: project, env }, (await newestRuns(1))[0]),
    async () => benchLogs(folder, client, env, await newestRuns(2)),
    () => benchSnapshot(folder, run, env),
    () => benchSweep(folder),
    () => benchEvent(folder),
    () => benchColdStart(folder),
    () => benchAgent(folder),
    () => benchSimulate(root),
  ];
  for (const part of parts) {
    try {
      times.push(...(await part()));
    } catch (error) {
      // The others took minutes: their rows are printed.
      console.error(error);
      process.exitCode = 1;
    }
  }
  const rows = times.map((row) => ({ ...row, bar: BARS[row.name] }));
  for (const { name, ratio, bar } of rows) {
    if (!(ratio > bar)) continue;
    console.error(`${name}: ${ratio} is over its bar of ${bar}`);
    process.exitCode = 1;
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 1));
  else console.table(rows);
} finally {
  await cleanUp();
}
