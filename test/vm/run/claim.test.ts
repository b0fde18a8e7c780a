// One boot of one VM executes an attempt, and only until it is given up.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, destroyVms, startVm } from '../start-vm';

afterEach(destroyVms);

test('an attempt that another boot claimed runs nothing and says nothing', async () => {
  const vm = await startVm({
    command: 'touch "$HOME/ran"; true',
    prepare: (google) => google.put(`${PREFIX}claim`, '{"v":1,"vmId":"1","boot":"another-boot"}'),
  });
  expect(await vm.exited).toBe(0);
  expect(vm.google.reports).toEqual([]);
  expect(existsSync(join(vm.home, 'ran'))).toBe(false);
  expect(vm.google.text(`${PREFIX}claim`)).toContain('another-boot');
});

test('the claim names the VM by its id, and the boot that reports', async () => {
  const vm = await startVm({});
  await vm.ended();
  const boot = vm.google.reports[0]?.boot;
  expect(boot).toBeDefined();
  expect(JSON.parse(vm.google.text(`${PREFIX}claim`) ?? '')).toEqual({ v: 1, vmId: '4711', boot });
});

test('an attempt that was fenced before the VM booted runs nothing', async () => {
  const vm = await startVm({ prepare: (google) => google.put(`${PREFIX}fenced`, '{}') });
  expect(await vm.exited).toBe(0);
  expect(vm.google.reports).toEqual([]);
});

test('a claim whose answer was lost is still ours', async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.fault = ({ name, method, count }) =>
        method === 'POST' && name.endsWith('/claim') && count === 1 ? 'lost' : null;
    },
  });
  await vm.ended();
  expect(vm.google.outcomeOf(PREFIX)).toMatchObject({ command: { exit: 0 } });
});

test('an attempt that is fenced while it runs is ended without an outcome', async () => {
  const vm = await startVm({
    command: 'echo running; exec sleep 600 #',
    metadata: { 'mymlops-heartbeat-seconds': '1' },
  });
  await vm.google.until('execute', () => vm.google.reports.some(({ state }) => state.phase === 'execute'));
  vm.google.put(`${PREFIX}fenced`, '{}');
  expect(await vm.exited).toBe(0);
  expect(vm.google.objects.has(`${PREFIX}outcome.json`)).toBe(false);
});

test("a right that the VM's account lacks is noted once, in Google's words", async () => {
  const vm = await startVm({
    prepare: (google) => {
      google.refusal = 'x@y.example does not have storage.objects.list access to the Google Cloud Storage bucket.';
      google.fault = ({ name, method, count }) =>
        method === 'GET' && name.endsWith('/fenced') && count < 3 ? 403 : null;
    },
  });
  await vm.ended();
  expect(vm.log().match(/refused: .*/g)).toEqual([`refused: ${vm.google.refusal}`]);
});

test('a metadata server that misses the attributes, and answers the rest, gets the question again', async () => {
  const vm = await startVm({ prepare: (google) => void (google.attributesMissed = 1) });
  await vm.ended();
  expect(vm.google.metadataCalls.filter((path) => path === 'attributes/')).toHaveLength(2);
});
