// One boot of one VM executes an attempt, and only until it is given up.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PREFIX, destroyMachines, startMachine } from '../machine';

afterEach(destroyMachines);

test('an attempt that another boot claimed runs nothing and says nothing', async () => {
  const machine = await startMachine({
    command: 'touch "$HOME/ran"; true',
    prepare: (google) => google.put(`${PREFIX}claim`, '{"v":1,"vmId":"1","boot":"another-boot"}'),
  });
  expect(await machine.exited).toBe(0);
  expect(machine.google.reports).toEqual([]);
  expect(existsSync(join(machine.home, 'ran'))).toBe(false);
  expect(machine.google.text(`${PREFIX}claim`)).toContain('another-boot');
});

test('the claim names the VM by its id, and the boot that reports', async () => {
  const machine = await startMachine({});
  await machine.ended();
  const boot = machine.google.reports[0]?.boot;
  expect(boot).toBeDefined();
  expect(JSON.parse(machine.google.text(`${PREFIX}claim`) ?? '')).toEqual({ v: 1, vmId: '4711', boot });
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
