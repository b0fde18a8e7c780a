// Commands that do what no command should: the agent alone. Each run still ends with its own exit code, its log and its
// results, and nothing of the command runs on.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { PREFIX, destroyVms, startVm, type Vm, type VmOptions } from '../start-vm';
import { testIsolated } from '../../parts';
import { expectNothingLeft, isRunning } from '../processes';

afterEach(destroyVms);

/** Runs a script to the end of its run. */
async function run(script: string, options: VmOptions = {}): Promise<Vm> {
  const vm = await startVm({
    ...options,
    files: { 'do.sh': `#!/bin/bash\n${script}\n`, ...options.files },
    command: options.command ?? './do.sh',
  });
  await vm.ended();
  return vm;
}

const outcomeOf = (vm: Vm) => vm.google.outcomeOf(PREFIX);
/** None is missing, none came twice. */
function expectReportsWhole({ google }: Vm): void {
  const seqs = google.reports.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
}
const keptBy = (vm: Vm): string[] => outcomeOf(vm).manifest.map(({ path }) => path);

test.each([
  ['does not exist', './absent.sh', 127, /absent\.sh: No such file/],
  ['is not executable', './data.txt', 126, /data\.txt: Permission denied/],
  ['is not a shell text', 'if then (', 2, /syntax error/],
  ['has a first line that names nothing', './shebang.sh', 126, /shebang\.sh: /],
])('a command that %s', async (_, command, exit, log) => {
  const vm = await run('', { command, files: { 'data.txt': '{}', 'shebang.sh': '#!/absent-interpreter\n' } });
  expect(vm.result('log.txt')).toMatch(log);
  // Which of the two a shell says for a bad first line differs from shell to shell.
  expect([exit, exit + 1]).toContain(outcomeOf(vm).command?.exit);
  expect(outcomeOf(vm).command?.lastLine).toBe(vm.result('log.txt').trimEnd().split('\n').at(-1));
  expect(outcomeOf(vm).missing).toEqual([]);
});

test('ten megabytes in one line and bytes that are not text are in the log as they are', async () => {
  const vm = await run(
    'head -c 10000000 /dev/zero | tr "\\0" x; printf "\\033]0;title\\007\\xff\\xfe\\0\\r\\n"; head -c 256 /dev/zero',
  );
  const log = vm.google.objects.get(`${PREFIX}results/log.txt`)?.data ?? Buffer.alloc(0);
  expect(log.length).toBe(10_000_000 + 15 + 256);
  expect(log.subarray(10_000_000, 10_000_015).toString('latin1')).toBe('\u001b]0;title\u0007\u00ff\u00fe\0\r\n');
  expect(outcomeOf(vm).command).toMatchObject({ exit: 0, timedOut: false });
});

test('a command that asks finds nobody: its input is empty, and there is no terminal', async () => {
  const vm = await run('read -r answer; echo "read: $?"; (exec </dev/tty) 2>/dev/null; echo "terminal: $?"');
  expect(vm.result('log.txt')).toBe('read: 1\nterminal: 1\n');
});

test.each([
  ['a session of its own', 'setsid bash -c "$daemon" &'],
  ['nohup', 'nohup bash -c "$daemon" & disown'],
  ['a double fork', '(setsid bash -c "($daemon) &" &)'],
])('a child that outlives its command in %s is ended, and holds nothing up', async (_, start) => {
  const vm = await run(
    [
      `export daemon='echo $BASHPID > notebooks/artifacts/pid; trap "" TERM HUP; while :; do echo noise; sleep 0.01; done'`,
      start,
      'until [ -s notebooks/artifacts/pid ]; do sleep 0.01; done; sleep 0.1; echo done',
    ].join('\n'),
  );
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
  expect(vm.result('log.txt')).toContain('done');
  expect(outcomeOf(vm)).toMatchObject({ command: { exit: 0 }, missing: [] });
});

test('a child that hides so well that it goes on writing costs no result', async () => {
  const vm = await run(
    [
      `setsid env -i PATH="$PATH" bash -c 'trap "" TERM; echo $$ > notebooks/artifacts/pid; while [ -e "$PWD/do.sh" ]; do date; echo x >> notebooks/artifacts/grows; done' &`,
      'until [ -s notebooks/artifacts/grows ]; do sleep 0.01; done',
    ].join('\n'),
  );
  expect(outcomeOf(vm).missing).toEqual([]);
  expect(keptBy(vm)).toEqual(expect.arrayContaining(['artifacts/grows', 'log.txt']));
  const pid = Number(readFileSync(join(vm.home, 'repo/notebooks/artifacts/pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
});

const BEATS = `'echo $$ > pid; while :; do : > beat; sleep 0.05; done'`;
const UNTIL_BEAT = 'until [ -e beat ]; do sleep 0.01; done';

test.each([
  ['a session of its own', `setsid bash -c ${BEATS} &`],
  ['nohup', `nohup bash -c ${BEATS} >/dev/null 2>&1 &`],
  ['the background', `bash -c ${BEATS} &`],
  ['the background, without the environment', `env -i PATH="$PATH" bash -c ${BEATS} &`],
])('what setup started in %s serves the command, and ends with it', async (_, start) => {
  const serves = 'rm beat; for i in {1..50}; do if [ -e beat ]; then break; fi; sleep 0.05; done; [ -e beat ]';
  const vm = await run(`${serves} && cp pid notebooks/artifacts`, {
    metadata: { 'mymlops-setup-64': base64(`${start}\n${UNTIL_BEAT}`) },
  });
  expect(outcomeOf(vm).command?.exit).toBe(0);
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
});

test.each([
  ['fails', 'exit 3', {}],
  ['reaches its time limit', 'sleep 600', { 'mymlops-setup-seconds': '1' }],
])('what a setup that %s had started is ended', async (_, end, metadata) => {
  const vm = await run('true', {
    metadata: { 'mymlops-setup-64': base64(`bash -c ${BEATS} &\n${UNTIL_BEAT}; ${end}`), ...metadata },
  });
  expect(outcomeOf(vm).failure?.reason).toBe('setup-failed');
  expect(isRunning(readFileSync(join(vm.home, 'repo/pid'), 'utf8'))).toBe(false);
});

/** Nobody of those who were there at the end of setup is there when it runs. */
const FORKS_LATE = `(until [ -e ran ]; do sleep 0.01; done; env -i PATH="$PATH" bash -c ${BEATS} &) &`;

test('what setup started is ended with the command although it was forked only while that ran', async () => {
  const vm = await run(`: > ran; ${UNTIL_BEAT}; cp pid notebooks/artifacts`, {
    metadata: { 'mymlops-setup-64': base64(FORKS_LATE) },
  });
  expect(outcomeOf(vm).command?.exit).toBe(0);
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
});

test('a setup that kills its own group has ended so', async () => {
  const vm = await run('true', { metadata: { 'mymlops-setup-64': base64('kill -9 0') } });
  expect(outcomeOf(vm).failure).toMatchObject({ reason: 'setup-failed' });
});

test('what setup started is ended with its attempt when that is fenced', async () => {
  const vm = await startVm({
    command: `: > ran; ${UNTIL_BEAT}; exec sleep 600 #`,
    metadata: { 'mymlops-setup-64': base64(FORKS_LATE) },
  });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  await vm.google.until('its process', () => existsSync(join(vm.home, 'repo/beat')));
  vm.google.put(`${PREFIX}fenced`, '');
  await vm.exited;
  expect(isRunning(readFileSync(join(vm.home, 'repo/pid'), 'utf8'))).toBe(false);
});

test('a command that ignores TERM at its time limit is killed, and what it had is published', async () => {
  const vm = await run('trap "" TERM; echo $$ > notebooks/artifacts/pid; echo begun; while :; do sleep 600; done', {
    hurried: true,
    metadata: { 'mymlops-max-run-seconds': '1000' },
  });
  expect(outcomeOf(vm).command).toMatchObject({ timedOut: true });
  expect(vm.result('log.txt')).toMatch(/^begun\n[^]*time limit/);
  expect(isRunning(vm.result('artifacts/pid'))).toBe(false);
});

test('a command has its time to save what it has when its limit is reached', async () => {
  const vm = await run(
    'trap "sleep 1.5; echo saved > notebooks/artifacts/saved; exit 0" TERM; echo begun; while :; do sleep 0.1; done',
    { metadata: { 'mymlops-max-run-seconds': '1' } },
  );
  expect(outcomeOf(vm).command).toMatchObject({ timedOut: true });
  expect(vm.result('artifacts/saved')).toBe('saved\n');
});

test.each([
  ['itself', 'kill -9 $$', 137],
  ['its parent', 'kill -9 $PPID; sleep 0.3', 137],
  ['its parent, gently', 'kill $PPID; sleep 0.3; echo after; exit 3', 3],
  ['its group', 'kill -9 0', 137],
  ['its group, gently', 'trap "kill 0" EXIT; exit 5', 143],
])('a command that kills %s has ended so', async (_, script, exit) => {
  const vm = await run(`echo kept > notebooks/artifacts/a; echo said\n${script}`);
  expect(outcomeOf(vm)).toMatchObject({ command: { exit, timedOut: false }, missing: [] });
  expect(vm.result('log.txt')).toMatch(/^said\n/);
  expect(keptBy(vm)).toContain('artifacts/a');
});

test('a command that kills the agent: nothing of it lives on to say that all is well', async () => {
  const vm = await startVm({
    files: {
      'do.sh': [
        'echo said; sleep 1.5; agent=$(ps -o ppid= -p $PPID)',
        'if ps -o args= -p $agent | grep -q agent.sh; then kill -9 $agent; fi; exec sleep 600',
      ].join('\n'),
    },
    command: 'bash do.sh',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  expect(await vm.exited).toBe('SIGKILL');
  await expectNothingLeft(vm.agent.pid);
  await vm.google.until('the last log', () => vm.google.objects.has(`${PREFIX}progress/log.txt`));
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(vm.log()).toContain('power-off is skipped');
});

test.each([
  ['its project', 'rm -rf "$HOME/repo"'],
  ["the agent's files", 'rm -rf "$HOME/.mymlops"'],
  ['its home and all that is in it', 'cd /; rm -rf "$HOME"'],
])('a command that deletes %s ends like any other, with its log', async (_, script) => {
  // rm may complain: the agent goes on writing in the folder that it empties.
  const vm = await run(`echo said; ${script} 2>/dev/null; echo after; exit 4`);
  expect(vm.result('log.txt')).toMatch(/^said\nafter\n/);
  expect(outcomeOf(vm).command).toMatchObject({ exit: 4, timedOut: false });
});

test('a home that is deleted while the command goes on: heartbeats go on, too', async () => {
  const vm = await startVm({
    files: { 'do.sh': 'cd /; rm -rf "$HOME"; echo gone; until [ -e "$HOME/go" ]; do sleep 0.05; done; exit 4' },
    command: 'bash do.sh',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  const heartbeats = (): number => vm.google.reports.filter(({ kind }) => kind === 'heartbeat').length;
  await vm.google.until('three heartbeats', () => heartbeats() >= 3);
  vm.put('go', '');
  await vm.ended();
  expect(outcomeOf(vm).command).toMatchObject({ exit: 4, timedOut: false });
  expect(vm.result('log.txt')).toContain('gone\n');
});

test("a command that takes its folders' permissions away, run by a user", async () => {
  const vm = await run(
    'echo a > notebooks/artifacts/a; echo {} > notebooks/metrics.json; chmod 000 notebooks/artifacts notebooks .; echo said',
    { asUser: true },
  );
  expect(keptBy(vm).toSorted()).toEqual(
    ['artifacts/a', 'log.txt', 'metrics.json', 'params.json', 'train.ipynb'].toSorted(),
  );
  expect(outcomeOf(vm).missing).toEqual([]);
});

testIsolated('a home without room: the last report and the results arrive nevertheless', async () => {
  const vm = await run(
    'echo said; echo a > notebooks/artifacts/a; cat /dev/zero > notebooks/fill; echo "full: $?"; exec sleep 2',
    { homeMegabytes: 100, metadata: { 'mymlops-heartbeat-seconds': '1' } },
  );
  expect(vm.result('log.txt')).toMatch(/^said\n[^]*No space left on device/);
  expect(keptBy(vm)).toContain('artifacts/a');
  expect(outcomeOf(vm)).toMatchObject({ command: { exit: 0 }, missing: [] });
  expectReportsWhole(vm);
});

testIsolated('cells that were counted on a full disk silenced the VM', async () => {
  const fill = (name: string): string => `cat /dev/zero > notebooks/${name} 2>/dev/null`;
  const vm = await run(`${fill('first')}; touch one.ipynb; mv one.ipynb "$1"; ${fill('rest')}; exec sleep 3`, {
    files: { 'one.ipynb': '{"cells": [{"execution_count": 1}]}' },
    homeMegabytes: 100,
  });
  expect(vm.state()).toMatchObject({ cells: 1, outcome: true });
});

test('a VM on which few files may be open at a time: a command that opens as many as it can is the only one that fails', async () => {
  const vm = await run(
    [
      'for i in {1..40}; do echo $i > notebooks/artifacts/$i; done', // more than the agent could send at one time
      'for i in {10..1000}; do eval "exec $i</dev/null" || exit 9; done',
    ].join('\n'),
    { openFiles: 64 },
  );
  expect(outcomeOf(vm)).toMatchObject({ command: { exit: 9 }, missing: [] });
  expect(vm.result('log.txt')).toMatch(/Too many open files|Bad file descriptor/);
  expect(keptBy(vm)).toHaveLength(40 + 3);
  expectReportsWhole(vm);
});

test('a notebook that became a folder, a fifo or a link is missing, and nothing else is read instead', async () => {
  const makes = ['mkdir "$1"', 'mkfifo "$1"', 'echo root: > "$HOME/outside"; ln -s "$HOME/outside" "$1"'];
  const vms = await Promise.all(makes.map((make) => run(`rm "$1"; ${make}; sleep 2`)));
  for (const vm of vms) {
    expect(outcomeOf(vm).missing.map(({ path }) => path)).toEqual(['train.ipynb']);
    expect(keptBy(vm)).toEqual(expect.arrayContaining(['log.txt', 'params.json']));
    const object = vm.google.objects.get(`${PREFIX}results/train.ipynb`);
    expect(object?.data.toString('utf8') ?? '').not.toContain('root:');
  }
});

test('a notebook that is left truncated is kept as it is', async () => {
  const vm = await run(`printf '{"cells": [{"cell_ty' > "$1"`);
  expect(vm.result('train.ipynb')).toBe('{"cells": [{"cell_ty');
  expect(outcomeOf(vm).missing).toEqual([]);
});

testIsolated(
  'every process that a command may kill, killed: no outcome, and what it left of itself is nothing',
  async () => {
    const vm = await startVm({
      files: { 'do.sh': 'echo said; kill -9 -1; echo not said' },
      command: 'bash do.sh',
      isolated: true,
    });
    expect(await vm.exited).toBe(137);
    expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
    expect(vm.google.objects.has(`${PREFIX}claim`)).toBe(true);
  },
);

test('a log that never stands still is in the bucket while the command runs', async () => {
  const vm = await startVm({
    files: { 'do.sh': 'trap "exit 0" TERM; until [ -e "$HOME/go" ]; do printf xxxxxxxx; done' },
    command: 'bash do.sh',
  });
  const log = (): number => vm.google.objects.get(`${PREFIX}progress/log.txt`)?.data.length ?? 0;
  await vm.google.until('a log', () => log() > 0);
  const first = log();
  await vm.google.until('a longer log', () => log() > first);
  vm.put('go', '');
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).missing).toEqual([]);
  expect(vm.google.overlong).toBe(0);
});
