// The fence: an attempt that was fenced, given up or decided long ago is not run, and leaves nothing behind.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VOID_OUTCOME } from '@mymlops/protocol';
import { destroyVms, PREFIX, startVm } from '../start-vm';

afterEach(destroyVms);

const secondsAgo = (seconds: number): string => String(Math.floor(Date.now() / 1000) - seconds);

test('a VM that boots an hour after its attempt was decided claims and runs nothing', async () => {
  const vm = await startVm({ metadata: { 'mymlops-decided-at': secondsAgo(3600) } });
  expect(await vm.exited).toBe(0);
  expect(vm.google.bucketCalls.filter((call) => call.startsWith('POST'))).toEqual([]);
  expect(vm.google.reports).toEqual([]);
  expect(vm.log()).toMatch(/leaving: this VM was decided on 36\d\d s ago[^]*power-off is skipped/);
});

test('a VM whose clock is two hours ahead took its own attempt for stale', async () => {
  const ahead = 'if [ "$*" = +%s ]; then echo $(($(date +%s) + 7200)) && exit; fi';
  const vm = await startVm({ tools: { date: ahead }, metadata: { 'mymlops-decided-at': secondsAgo(10) } });
  await vm.ended();
});

test('a VM that took a while to boot runs', async () => {
  const vm = await startVm({ metadata: { 'mymlops-decided-at': secondsAgo(1500) } });
  await vm.ended();
});

test('an attempt that is fenced while its snapshot is fetched is looked at again before its command', async () => {
  const vm = await startVm({
    command: 'touch ~/ran #',
    prepare: (google) => {
      google.fault = ({ method, name }) => {
        if (method !== 'GET' || name !== 'sources/tree.bundle') return null;
        if (!google.bucketCalls.includes(`GET ${PREFIX}fenced`)) return 503; // the claim looks for it as well
        google.put(`${PREFIX}fenced`, '');
        return null;
      };
    },
  });
  expect(await vm.exited).toBe(0);
  expect(existsSync(join(vm.home, 'ran'))).toBe(false); // the phase may have been reported: a report is nothing that stays
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(vm.log()).toContain('leaving: this VM is fenced');
});

test('an attempt that is fenced when its command has ended publishes nothing', async () => {
  const vm = await startVm({
    command: 'echo done #',
    metadata: { 'mymlops-progress-seconds': '600' },
    prepare: (google) => {
      google.fault = ({ method, name }) => {
        // The command has ended: its results are about to go out. The side loop saw nothing of it.
        const isPublishing = google.reports.some(({ state }) => state.phase === 'publish');
        if (method === 'GET' && name.endsWith('/fenced') && isPublishing) google.put(`${PREFIX}fenced`, '');
        return null;
      };
    },
  });
  expect(await vm.exited).toBe(0);
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
  expect(vm.google.reports.some(({ state }) => state.outcome)).toBe(false);
});

test('closed is looked for with each heartbeat, although nothing is to be uploaded', async () => {
  const vm = await startVm({
    command: 'exec sleep 600 #',
    metadata: { 'mymlops-heartbeat-seconds': '1', 'mymlops-progress-seconds': '1' },
  });
  const looks = (): number => vm.google.bucketCalls.filter((call) => call === `GET ${PREFIX}fenced`).length;
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  const before = looks();
  await vm.google.until('three looks', () => looks() >= before + 3);
});

test('an attempt with a void outcome was given up: the agent leaves without a report', async () => {
  const vm = await startVm({
    outputUrl: '/nowhere.git',
    prepare: (google) => google.put(`${PREFIX}outcome.json`, VOID_OUTCOME),
  });
  expect(await vm.exited).toBe(0);
  expect(vm.google.text(`${PREFIX}outcome.json`)).toBe(VOID_OUTCOME);
  expect(vm.google.reports.some(({ state }) => state.outcome ?? state.publication)).toBe(false);
  expect(vm.log()).toMatch(/leaving: another boot wrote the outcome[^]*power-off is skipped/);
});
