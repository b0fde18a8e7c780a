// agent.sh on a VM of its own, from boot to its end, whatever ends it. Real bash, git and curl.
import { createHash } from 'node:crypto';
import { locate } from '../parts';
import { PREFIX, destroyVms, startVm } from './start-vm';
import { expectNothingLeft } from './processes';

afterEach(destroyVms);

test('a run that succeeds leaves results, outcome and reports', async () => {
  const vm = await startVm({
    command: 'echo "{}" > notebooks/metrics.json; echo made > notebooks/artifacts/a.txt; cat',
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({
    attempt: 1,
    command: { exit: 0, timedOut: false },
    missing: [],
  });
  const { manifest, finishedAt, savedAt } = vm.google.outcomeOf(PREFIX);
  expect(Date.parse(savedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(finishedAt));
  expect(manifest.map((entry) => entry.path).toSorted()).toEqual(
    ['artifacts/a.txt', 'log.txt', 'metrics.json', 'params.json', 'train.ipynb'].toSorted(),
  );
  for (const entry of manifest) {
    const object = vm.google.objects.get(`${PREFIX}results/${entry.path}`);
    expect(object?.data.length).toBe(entry.size);
    expect(object?.generation).toBe(entry.generation);
    expect(
      createHash('sha256')
        .update(object?.data ?? '')
        .digest('hex'),
    ).toBe(entry.sha256);
  }
  expect(vm.result('log.txt')).toBe('{"cells": []}');
  expect(vm.result('params.json')).toBe('{"not known to be used":{"lr":0.1}}\n');
  expect(Object.keys(vm.state().phases)).toEqual(['boot', 'source', 'execute', 'publish']);
  expect(vm.google.bucketCalls.at(-1)).toBe(`POST ${PREFIX}outcome.json`);
});

test('an agent that is killed leaves no outcome', async () => {
  const vm = await startVm({ command: 'echo begun; exec sleep 600 #' });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  process.kill(vm.agent.pid ?? 0, 'SIGKILL');
  expect(await vm.exited).toBe('SIGKILL');
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('an agent that gets a signal ends the command with itself and writes no outcome', async () => {
  const vm = await startVm({ command: 'echo $$ > "$HOME/pid"; exec sleep 600 #' });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  process.kill(vm.agent.pid ?? 0, 'SIGTERM');
  expect(await vm.exited).toBe(143);
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test('an error of the agent itself is reported with its line, and the log is kept', async () => {
  const vm = await startVm({ metadata: { 'mymlops-params-64': 'not/base64=really' } });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX).failure?.reason).toBe('internal');
  expect(vm.state().failure?.message).toMatch(/agent\.sh line \d+/);
});

test('metadata that lacks a key is an error by name', async () => {
  const vm = await startVm({ prepare: (google) => google.attributes.delete('mymlops-live-bucket') });
  await vm.exited;
  expect(vm.log()).toContain('lacks mymlops-live-bucket');
});

test('an agent that fails after its attempt was fenced powers the VM off as well', async () => {
  const vm = await startVm({
    metadata: { 'mymlops-params-64': 'not/base64=really' },
    prepare: (google) => {
      google.fault = ({ method, name, count }) => {
        if (method === 'GET' && name.endsWith('/fenced') && count === 2) google.put(`${PREFIX}fenced`, '{}');
        return null;
      };
    },
  });
  await vm.exited;
  expect(vm.log()).toMatch(/leaving: this VM is fenced[^]*power-off is skipped/);
  await expectNothingLeft(vm.agent.pid);
});

test("a Mac's tools do: its names and options for hashes and base64, and no program beyond these", async () => {
  const vm = await startVm({
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
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 }, missing: [] });
  expect(vm.result('log.txt')).toBe('ran\n');
  expect(vm.result('artifacts/a.txt')).toBe('made\n');
});
