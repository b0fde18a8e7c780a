// agent.sh on a machine of its own: what it does with a run, and with a run that goes wrong. Real bash, git and curl.
import { createHash } from 'node:crypto';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { base64 } from '@mymlops/protocol';
import { locate } from '../parts';
import { PREFIX, RUN, destroyMachines, startMachine } from './machine';
import { expectNothingLeft, isRunning } from './processes';

afterEach(destroyMachines);

test('a run that succeeds leaves results, outcome and reports', async () => {
  const machine = await startMachine({
    command: 'echo "{}" > notebooks/metrics.json; echo made > notebooks/artifacts/a.txt; cat',
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({
    attempt: 1,
    command: { exit: 0, timedOut: false },
    missing: [],
  });
  const { manifest, finishedAt, savedAt } = machine.google.outcomeOf(PREFIX);
  expect(Date.parse(savedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(finishedAt));
  expect(manifest.map((entry) => entry.path).toSorted()).toEqual(
    ['artifacts/a.txt', 'log.txt', 'metrics.json', 'params.json', 'train.ipynb'].toSorted(),
  );
  for (const entry of manifest) {
    const object = machine.google.objects.get(`${PREFIX}results/${entry.path}`);
    expect(object?.data.length).toBe(entry.size);
    expect(object?.generation).toBe(entry.generation);
    expect(
      createHash('sha256')
        .update(object?.data ?? '')
        .digest('hex'),
    ).toBe(entry.sha256);
  }
  expect(machine.result('log.txt')).toBe('{"cells": []}');
  expect(machine.result('params.json')).toBe('{"not known to be used":{"lr":0.1}}\n');
  expect(Object.keys(machine.state().phases)).toEqual(['boot', 'source', 'execute', 'publish']);
  expect(machine.google.bucketCalls.at(-1)).toBe(`POST ${PREFIX}outcome.json`);
});

test('reports of one boot are numbered from one without a gap, and no state is sent twice', async () => {
  const machine = await startMachine();
  await machine.ended();
  const { reports } = machine.google;
  expect(reports.map(({ seq }) => seq)).toEqual(reports.map((_, index) => index + 1));
  expect(new Set(reports.map(({ boot }) => boot)).size).toBe(1);
  expect(new Set(reports.map(({ state }) => JSON.stringify(state))).size).toBe(reports.length);
});

test('the command sees what was promised and nothing of ours', async () => {
  const machine = await startMachine({
    command: 'env > "$MYMLOPS_ARTIFACTS/env.txt"; pwd; cat "$MYMLOPS_PARAMS"; ls -l /proc/self/fd; umask; echo',
    metadata: {
      'mymlops-environment-64': base64(
        `PATH=${base64(process.env['PATH'] ?? '')}\nODD=${base64('a b\n"ü')}\n1BAD=eA==\n`,
      ),
    },
  });
  await machine.ended();
  const env = machine.result('artifacts/env.txt');
  expect(env).toContain(`MYMLOPS_RUN=${RUN}\n`);
  expect(env).toContain('MYMLOPS_ATTEMPT=1\n');
  expect(env).toContain(`MYMLOPS_NOTEBOOK=${machine.home}/repo/notebooks/train.ipynb\n`);
  expect(env).toContain('ODD=a b\n"ü\n');
  expect(env).toContain('LANG=C.UTF-8\n');
  expect(env).toContain('MYMLOPS_VM=4711\n'); // the local cloud finds the machine's processes by it
  expect(env).not.toMatch(/GCE_METADATA|GIT_|LC_ALL|token|1BAD|meta_/);
  const log = machine.result('log.txt');
  expect(log.split('\n')[0]).toBe(`${machine.home}/repo`);
  expect(log).toContain('{"lr":0.1}');
  expect(log).toMatch(/ 0 -> \/dev\/null\n/);
  expect(log).not.toContain('.mymlops/private'); // no descriptor of ours
  expect(log).toContain('\n0022\n');
  expect(statSync(join(machine.home, '.mymlops')).mode & 0o077).toBe(0);
});

test('a path with spaces, quotes and other scripts is one argument', async () => {
  const notebook = `my "notes"/it's $(touch pwned) ü\\n 100%.ipynb`;
  const machine = await startMachine({ notebook, command: 'printf "%s|"' });
  await machine.ended();
  expect(machine.result('log.txt')).toBe(`${notebook}|`);
  expect(machine.google.outcomeOf(PREFIX).manifest.map((entry) => entry.path)).toContain(notebook.split('/')[1]);
  expect(existsSync(join(machine.home, 'repo/pwned'))).toBe(false);
});

test('an error of the user is an outcome like any other', async () => {
  const machine = await startMachine({ command: 'echo partial; echo done > notebooks/artifacts/x; exit 3;' });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 3, timedOut: false });
  expect(machine.result('log.txt')).toBe('partial\n');
  expect(machine.result('artifacts/x')).toBe('done\n');
  expect(machine.state().command).toMatchObject({ exit: 3, timedOut: false });
});

test('a snapshot that is not in the bucket ends the attempt with a reason', async () => {
  const machine = await startMachine({ prepare: (google) => google.objects.delete('sources/tree.bundle') });
  await machine.ended();
  const outcome = machine.google.outcomeOf(PREFIX);
  expect(outcome.failure).toMatchObject({ reason: 'source-unavailable' });
  expect(outcome.failure?.message).toContain('HTTP 404');
  expect(outcome.command).toBeUndefined();
  expect(machine.result('log.txt')).toContain('HTTP 404');
});

test('a bucket that is away for a while at boot costs no run', async () => {
  const machine = await startMachine({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, count }) => (name === 'sources/tree.bundle' && count <= 10 ? 503 : null);
    },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('attributes of the project do not change the bytes of its snapshot', async () => {
  const machine = await startMachine({
    files: {
      '.gitattributes': '* text eol=crlf ident\n*.utf16 working-tree-encoding=UTF-16LE\n',
      'a.txt': 'one\n$Id$\n',
      'b.utf16': 'two\n',
    },
    command: 'cat a.txt b.utf16',
  });
  await machine.ended();
  expect(machine.result('log.txt')).toBe('one\n$Id$\ntwo\n{"cells": []}');
});

test('a snapshot that is no bundle ends the attempt with what git said', async () => {
  const machine = await startMachine({ prepare: (google) => google.put('sources/tree.bundle', 'garbage') });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).failure?.message).toMatch(/could not be unpacked: error: .*bundle/);
});

test('setup runs before the command', async () => {
  const machine = await startMachine({
    command: 'cat made',
    metadata: { 'mymlops-setup-64': base64('echo from setup > made\necho output of setup') },
  });
  await machine.ended();
  expect(machine.result('log.txt')).toBe('output of setup\nfrom setup\n{"cells": []}');
  expect(Object.keys(machine.state().phases)).toContain('setup');
});

test('a setup that fails ends the attempt, and its output is kept', async () => {
  const machine = await startMachine({
    metadata: { 'mymlops-setup-64': base64('echo no such package; exit 7') },
  });
  await machine.ended();
  const outcome = machine.google.outcomeOf(PREFIX);
  expect(outcome.failure).toEqual({
    reason: 'setup-failed',
    message: 'The setup command ended with exit code 7.',
  });
  expect(outcome.command).toBeUndefined();
  expect(machine.result('log.txt')).toContain('no such package');
  expect(machine.result('log.txt')).not.toContain('ran');
});

test('a setup that takes too long ends the attempt, and says that it was the setup', async () => {
  const machine = await startMachine({
    metadata: { 'mymlops-setup-64': base64('echo begun; exec sleep 600'), 'mymlops-setup-seconds': '1' },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).failure).toEqual({
    reason: 'setup-failed',
    message: 'The setup command did not end within its time limit of 1 s.',
  });
  expect(machine.google.outcomeOf(PREFIX).command).toBeUndefined();
});

test('a time limit for the command is none for its setup', async () => {
  const machine = await startMachine({
    command: 'exec sleep 600 #',
    metadata: { 'mymlops-setup-64': base64('sleep 1.5'), 'mymlops-max-run-seconds': '1' },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).command).toMatchObject({ timedOut: true });
});

test('an attempt that another boot claimed runs nothing and says nothing', async () => {
  const machine = await startMachine({
    command: 'touch "$HOME/ran"; true',
    prepare: (google) => google.put(`${PREFIX}claim`, '{"v":1,"instance":"1","boot":"another-boot"}'),
  });
  expect(await machine.exited).toBe(0);
  expect(machine.google.reports).toEqual([]);
  expect(existsSync(join(machine.home, 'ran'))).toBe(false);
  expect(machine.google.text(`${PREFIX}claim`)).toContain('another-boot');
});

test('an attempt that was fenced before the VM booted runs nothing', async () => {
  const machine = await startMachine({ prepare: (google) => google.put(`${PREFIX}fenced`, '{}') });
  expect(await machine.exited).toBe(0);
  expect(machine.google.reports).toEqual([]);
});

test('a claim whose answer was lost is still ours', async () => {
  const machine = await startMachine({
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.endsWith('/claim') && count === 1 ? 'lost' : null;
    },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('an attempt that is fenced while it runs is ended without an outcome', async () => {
  const machine = await startMachine({
    command: 'echo running; exec sleep 600 #',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  await machine.google.until('execute', () => machine.google.reports.some(({ state }) => state.phase === 'execute'));
  machine.google.put(`${PREFIX}fenced`, '{}');
  expect(await machine.exited).toBe(0);
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('the time limit ends the command and what it started, and its results are published', async () => {
  const machine = await startMachine({
    command: 'echo begun; sleep 600 & echo $! > notebooks/artifacts/pid; sleep 600;',
    metadata: { 'mymlops-max-run-seconds': '1' },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).command).toMatchObject({ timedOut: true });
  expect(machine.state().command).toMatchObject({ timedOut: true });
  expect(machine.result('log.txt')).toMatch(/^begun\n[^]*time limit of 1 s/);
  expect(isRunning(machine.result('artifacts/pid'))).toBe(false);
});

test('what a command leaves running is ended before results are read', async () => {
  const machine = await startMachine({
    command: `sh -c 'trap "" TERM; echo $$ > notebooks/artifacts/pid; while :; do sleep 600; done' & sleep 0.2; true`,
  });
  await machine.ended();
  expect(isRunning(machine.result('artifacts/pid'))).toBe(false);
  expect(machine.google.outcomeOf(PREFIX).command).toMatchObject({ exit: 0, timedOut: false });
});

test('results that came with the project and were not written by the run are not its results', async () => {
  const machine = await startMachine({
    files: {
      'notebooks/metrics.json': '{"stale":1}',
      'notebooks/params.json': '{"stale":1}',
      'notebooks/artifacts/deep/stale.txt': 'old',
      'notebooks/artifacts/again.txt': 'same',
      'notebooks/artifacts/moved.txt': 'old',
    },
    command: [
      'cd notebooks/artifacts; printf same > again.txt; echo new > new.txt',
      'echo other > moved.txt; touch -t 200001010000 moved.txt; true',
    ].join('; '),
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).manifest.map((entry) => entry.path)).toEqual(
    expect.arrayContaining(['artifacts/again.txt', 'artifacts/moved.txt', 'artifacts/new.txt', 'params.json']),
  );
  expect(machine.google.objects.has(`${PREFIX}results/metrics.json`)).toBe(false);
  expect(machine.google.objects.has(`${PREFIX}results/artifacts/deep/stale.txt`)).toBe(false);
  expect(machine.result('params.json')).toBe('{"not known to be used":{"lr":0.1}}\n');
  expect(machine.result('log.txt')).toContain('not written by this run: 3');
});

test('metrics and parameters of the project that the run wrote are its own', async () => {
  const machine = await startMachine({
    notebook: 'train.ipynb',
    files: { 'metrics.json': '{"a":1}', 'params.json': '{"a":1}' },
    command: 'echo 2 > metrics.json; echo 3 > params.json; true',
  });
  await machine.ended();
  expect(machine.result('metrics.json')).toBe('2\n');
  expect(machine.result('params.json')).toBe('3\n');
});

test('artifacts: regular files only, in any folder, under any name', async () => {
  const machine = await startMachine({
    files: {
      'make.sh': [
        'cd notebooks/artifacts; mkdir -p "deep er/ü"; printf %s one > "deep er/ü/a+b&c=d #1%2.txt"',
        'ln -s /etc/passwd link; mkfifo fifo; : > empty; printf x > "two\nlines"; printf y > \'q"uo\\te\'; printf z > -n',
        'git init -q nested; printf n > nested/file',
      ].join('\n'),
    },
    command: 'bash make.sh',
  });
  await machine.ended();
  const { manifest, missing } = machine.google.outcomeOf(PREFIX);
  const paths = manifest.map((entry) => entry.path).filter((path) => !path.includes('/.git/'));
  expect(paths.toSorted()).toEqual(
    [
      'artifacts/-n',
      'artifacts/deep er/ü/a+b&c=d #1%2.txt',
      'artifacts/empty',
      'artifacts/nested/file',
      'artifacts/q"uo\\te',
      'log.txt',
      'params.json',
      'train.ipynb',
    ].toSorted(),
  );
  expect(missing.map(({ path }) => path)).toEqual(['artifacts/two\nlines']);
  expect(machine.result('artifacts/deep er/ü/a+b&c=d #1%2.txt')).toBe('one');
  expect(machine.result('log.txt')).toMatch(/no regular file[^\n]*: link\n/);
  expect(machine.result('log.txt')).toMatch(/no regular file[^\n]*: fifo\n/);
});

test('many results arrive, each once', async () => {
  const machine = await startMachine({
    command: 'for i in {1..250}; do echo $i > notebooks/artifacts/$i; done; true',
  });
  await machine.ended();
  const { manifest } = machine.google.outcomeOf(PREFIX);
  expect(manifest).toHaveLength(253);
  expect(new Set(manifest.map((entry) => entry.path)).size).toBe(253);
  expect(machine.result('artifacts/250')).toBe('250\n');
});

test('a notebook that the command removed is listed as missing', async () => {
  const machine = await startMachine({ command: 'rm' });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).missing.map((entry) => entry.path)).toEqual(['train.ipynb']);
});

test('an upload that the bucket garbled or refused is sent again', async () => {
  const machine = await startMachine({
    prepare: (google) => {
      google.fault = ({ name, count }) => {
        if (name.endsWith('results/log.txt') && count === 1) return 503;
        return name.endsWith('results/params.json') && count === 1 ? 'lost' : null;
      };
    },
  });
  await machine.ended();
  const { manifest, missing } = machine.google.outcomeOf(PREFIX);
  expect(missing).toEqual([]);
  expect(manifest).toHaveLength(3);
  for (const entry of manifest) {
    expect(machine.google.objects.get(`${PREFIX}results/${entry.path}`)?.generation).toBe(entry.generation);
  }
});

test('a bucket that is away for minutes at the end of a run costs no results', async () => {
  const machine = await startMachine({
    hurried: true,
    command: 'echo {} > notebooks/metrics.json; true',
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.includes('/results/') && count <= 12 ? 503 : null;
    },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).missing).toEqual([]);
  expect(machine.google.outcomeOf(PREFIX).manifest).toHaveLength(4);
});

test('a result that the bucket never takes is listed as missing once the time is over', async () => {
  const machine = await startMachine({
    hurried: true,
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/params.json') ? 503 : null);
    },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).missing).toEqual([
    { path: 'params.json', message: expect.stringContaining('HTTP 503') },
  ]);
});

test('a result that the bucket refuses for good is not sent again', async () => {
  const machine = await startMachine({
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/params.json') ? 403 : null);
    },
  });
  let tries = 0;
  const fault = machine.google.fault;
  machine.google.fault = (call) => {
    if (call.name.endsWith('/params.json')) tries = call.count;
    return fault(call);
  };
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).missing).toEqual([
    { path: 'params.json', message: expect.stringContaining('HTTP 403') },
  ]);
  expect(tries).toBe(1);
});

test('one file that vanishes before it is read costs no other result', async () => {
  const machine = await startMachine({
    tools: { sha256sum: 'rm -f "$HOME/repo/notebooks/artifacts/gone"' },
    command: 'for i in a gone z; do echo $i > notebooks/artifacts/$i; done; true',
  });
  await machine.ended();
  const { manifest, missing } = machine.google.outcomeOf(PREFIX);
  expect(manifest.map((entry) => entry.path).toSorted()).toEqual(
    ['artifacts/a', 'artifacts/z', 'log.txt', 'params.json', 'train.ipynb'].toSorted(),
  );
  expect(missing).toEqual([{ path: 'artifacts/gone', message: 'The file is gone or cannot be read.' }]);
});

test.each([
  ['after a run', {}],
  ['after an error of the agent itself', { 'mymlops-params-64': 'not/base64=really' }],
])('an outcome that cannot be written leaves no process behind, %s', async (_, metadata) => {
  const machine = await startMachine({
    hurried: true,
    metadata,
    prepare: (google) => {
      google.fault = ({ name, method }) => (method === 'POST' && name.endsWith('/outcome.json') ? 503 : null);
    },
  });
  await machine.exited;
  expect(machine.log()).toMatch(/outcome\.json could not be written[^]*power-off is skipped/);
  await expectNothingLeft(machine.agent.pid);
});

test('an agent that fails after its attempt was fenced powers the machine off as well', async () => {
  const machine = await startMachine({
    metadata: { 'mymlops-params-64': 'not/base64=really' },
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method === 'GET' && name.endsWith('/fenced') && count === 2) google.put(`${PREFIX}fenced`, '{}');
        return null;
      };
    },
  });
  await machine.exited;
  expect(machine.log()).toMatch(/leaving: this VM is fenced[^]*power-off is skipped/);
  await expectNothingLeft(machine.agent.pid);
});

test('an outcome whose answer was lost is taken for written', async () => {
  const machine = await startMachine({
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.endsWith('outcome.json') && count === 1 ? 'lost' : null;
    },
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).boot).toBe(machine.google.reports[0]?.boot);
});

test('reports that are not taken are sent until they are, the newest state first', async () => {
  let refused = 0;
  const machine = await startMachine({
    prepare: (google) => {
      google.fault = ({ path }) => (path.endsWith(':publish') && refused < 4 ? ((refused += 1), 503) : null);
    },
  });
  await machine.ended();
  expect(refused).toBe(4);
  expect(machine.google.reports[0]?.state.phases.publish).toBeDefined();
});

test('a report whose answer was lost comes again as the same message', async () => {
  const machine = await startMachine({
    command: 'sleep 600;',
    metadata: { 'mymlops-max-run-seconds': '3', 'mymlops-heartbeat-seconds': '60' },
    prepare: (google) => {
      google.fault = ({ path, count }) => (path.endsWith(':publish') && count === 2 ? 'lost' : null);
    },
  });
  await machine.google.until('three reports', () => machine.google.reports.length === 3);
  expect(machine.google.reports[2]).toEqual(machine.google.reports[1]);
});

test('heartbeats tell how many cells have ended while they grow, and the notebook is in the bucket meanwhile', async () => {
  const cells = (count: number): string =>
    JSON.stringify({ cells: Array.from({ length: count }, (_, index) => ({ execution_count: index + 1 })) });
  const machine = await startMachine({
    files: { 'one.json': cells(1), 'three.json': cells(3) },
    command: 'cp one.json notebooks/train.ipynb; until [ -e go ]; do sleep 0.1; done; cp three.json',
  });
  await machine.google.until('one cell', () => machine.google.reports.some(({ state }) => state.cells === 1));
  const heartbeat = machine.google.reports.find(({ state }) => state.cells === 1);
  expect(heartbeat).toMatchObject({ kind: 'heartbeat', state: { phase: 'execute' } });
  await machine.google.until('partial notebook', () => machine.google.objects.has(`${PREFIX}results/train.ipynb`));
  expect(machine.result('train.ipynb')).toBe(cells(1));
  machine.google.reports.length = 0;
  writeGo(machine.home);
  await machine.ended();
  expect(machine.state().cells).toBe(3);
  expect(machine.result('train.ipynb')).toBe(cells(3));
});

test('a silent command still gives heartbeats', async () => {
  const machine = await startMachine({
    command: 'until [ -e go ]; do sleep 0.1; done; true',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  const heartbeats = (): number => machine.google.reports.filter(({ kind }) => kind === 'heartbeat').length;
  await machine.google.until('two heartbeats', () => heartbeats() >= 2);
  writeGo(machine.home);
  await machine.ended();
  const seqs = machine.google.reports.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

test('an agent that is killed leaves no outcome', async () => {
  const machine = await startMachine({ command: 'echo begun; exec sleep 600 #' });
  await machine.google.until('execute', () => machine.google.reports.some(({ state }) => state.phase === 'execute'));
  process.kill(machine.agent.pid ?? 0, 'SIGKILL');
  expect(await machine.exited).toBe('SIGKILL');
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('an agent that is asked to go takes the command with it and writes no outcome', async () => {
  const machine = await startMachine({ command: 'echo $$ > "$HOME/pid"; exec sleep 600 #' });
  await machine.google.until('execute', () => machine.google.reports.some(({ state }) => state.phase === 'execute'));
  process.kill(machine.agent.pid ?? 0, 'SIGTERM');
  expect(await machine.exited).toBe(143);
  expect(machine.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('an error of the agent itself is reported with its line, and the log is kept', async () => {
  const machine = await startMachine({ metadata: { 'mymlops-params-64': 'not/base64=really' } });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX).failure?.reason).toBe('internal');
  expect(machine.state().failure?.message).toMatch(/agent\.sh line \d+/);
});

test('metadata that lacks a key is an error by name', async () => {
  const machine = await startMachine({ prepare: (google) => google.attributes.delete('mymlops-bucket') });
  await machine.exited;
  expect(machine.log()).toContain('lacks mymlops-bucket');
});

/** What the commands of these tests wait for. */
function writeGo(home: string): void {
  writeFileSync(join(home, 'repo/go'), '');
}

test("a Mac's tools do: its names and options for hashes and base64, and no program beyond these", async () => {
  const machine = await startMachine({
    programs: 'bash cat chmod curl date find git grep head mkdir mkfifo mv od paste rm sed sleep sort tail tr wc'.split(
      ' ',
    ),
    tools: {
      base64: `case \${1-} in -d) exit 64 ;; -D) set -- -d ;; esac; exec ${locate('base64')} "$@"`,
      md5: `shift; ${locate('md5sum')} "$@" | while read -r sum _; do echo "$sum"; done; exit`,
      shasum: `shift 2; exec ${locate('sha256sum')} "$@"`,
    },
    command: 'command -v md5sum; echo ran; echo made > notebooks/artifacts/a.txt; :',
  });
  await machine.ended();
  expect(machine.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 }, missing: [] });
  expect(machine.result('log.txt')).toBe('ran\n');
  expect(machine.result('artifacts/a.txt')).toBe('made\n');
});
