// What the agent of an instance makes of the control plane's words: proposals, extensions, soft stop, lease.
import { destroyVms } from '../local-vm';
import { INSTANCE_PREFIX, startInstance, type InstanceOptions, type InstanceVm } from './start-instance';

afterEach(destroyVms);

/** A sample a second, and an instance that counts as idle after one second. */
const QUICK: InstanceOptions = {
  metadata: { 'mymlops-idle-seconds': '1', 'mymlops-heartbeat-seconds': '1' },
  constants: { SAMPLE_SECONDS: 1, CPU_WINDOW_SECONDS: 2, SOFT_STOP_GRACE_SECONDS: 0 },
};

const BUSY = 'exec -a compute bash -c "while :; do :; done" &';

const isIdle = (vm: InstanceVm): Promise<void> =>
  vm.until('idle', ({ signals }) => {
    const { says, idleSeconds = 0 } = signals?.cpu ?? {};
    return says === 'idle' && idleSeconds > 1;
  });

test('a proposal to an idle instance: going, the services end, the VM powers itself off', async () => {
  const vm = await startInstance(QUICK);
  await isIdle(vm);
  vm.tell({ stopIn: 3600, proposal: 1_790_000_001 });
  await vm.exited;
  expect(vm.state().answer).toEqual({ proposal: 1_790_000_001, says: 'going' });
  expect(vm.log()).toMatch(/power-off is skipped: this is not a Compute Engine VM\n$/);
});

test('a proposal to a busy instance is vetoed, with the signal; the same number is answered once', async () => {
  const vm = await startInstance({ ...QUICK, start: BUSY });
  await vm.until('busy', ({ signals }) => signals?.cpu?.says === 'busy');
  vm.tell({ stopIn: 3600, proposal: 7 });
  await vm.until('an answer', ({ answer }) => answer !== undefined);
  expect(vm.state().answer).toEqual({ proposal: 7, says: 'vetoed', signal: 'cpu' });
  expect(vm.state().signals?.cpu?.detail).toMatch(/^(compute|bash), process \d+$/);
  vm.tell({ stopIn: 3600, proposal: 7 });
  vm.tell({ stopIn: 3600, proposal: 8 });
  await vm.until('the next answer', ({ answer }) => answer?.proposal === 8);
  expect(vm.log().match(/proposal 7: vetoed/g)).toHaveLength(1);
});

test('a proposal that was there at boot is an old one', async () => {
  const vm = await startInstance({
    ...QUICK,
    prepare: (google) => google.attributes.set('mymlops-control', 'told=2026-01-01T00:00:00Z\nstopIn=0\nproposal=9\n'),
  });
  await isIdle(vm);
  vm.tell({ stopIn: 3600, proposal: 9 });
  vm.tell({ stopIn: 3600, proposal: 10 });
  await vm.exited;
  expect(vm.state().answer).toEqual({ proposal: 10, says: 'going' });
  expect(vm.log()).not.toContain('proposal 9:');
});

test('going that is not taken at first is sent again before the VM powers off', async () => {
  const vm = await startInstance(QUICK);
  await isIdle(vm);
  let refused = 0;
  vm.google.fault = ({ path }) => (path.endsWith(':publish') && refused++ < 2 ? 503 : null);
  vm.tell({ stopIn: 3600, proposal: 1 });
  await vm.exited;
  expect(vm.state().answer?.says).toBe('going');
});

test('an extension comes before a proposal', async () => {
  const vm = await startInstance(QUICK);
  await isIdle(vm);
  vm.tell({ stopIn: 3600, extendedFor: 3600, proposal: 1 });
  await vm.until('an answer', ({ answer }) => answer !== undefined);
  expect(vm.state().answer).toEqual({ proposal: 1, says: 'vetoed' });
});

test('at the soft stop a busy VM powers itself off, where the control plane does not stop it', async () => {
  const vm = await startInstance({ ...QUICK, start: BUSY });
  await vm.until('busy', ({ signals }) => signals?.cpu?.says === 'busy');
  vm.tell({ stopIn: 1 });
  await vm.exited;
  expect(vm.log()).toContain('the soft stop is past');
  expect(vm.state().alone).toBe('soft-stop');
});

test('the soft stop is that of the settings where the control plane has said nothing', async () => {
  const vm = await startInstance({ ...QUICK, metadata: { ...QUICK.metadata, 'mymlops-soft-stop-seconds': '2' } });
  await vm.exited;
  expect(vm.log()).toContain('the soft stop is past');
});

test('without a word for the time of the lease, an idle VM judges alone, and says so', async () => {
  const vm = await startInstance({ ...QUICK, constants: { ...QUICK.constants, LEASE_SECONDS: 3 } });
  await vm.exited;
  expect(vm.state().alone).toBe(true);
});

test('without a word for the time of the lease, a busy VM stays', async () => {
  const vm = await startInstance({ ...QUICK, start: BUSY, constants: { ...QUICK.constants, LEASE_SECONDS: 0 } });
  const samples = (): number => vm.google.reports.filter(({ state }) => state.signals?.cpu?.says === 'busy').length;
  await vm.google.until('three samples', () => samples() > 2);
  expect(vm.agent.exitCode).toBeNull();
});

test('each word renews the lease', async () => {
  const vm = await startInstance({ ...QUICK, constants: { ...QUICK.constants, LEASE_SECONDS: 3600 } });
  await isIdle(vm);
  vm.tell({ stopIn: 7200 });
  await vm.google.until('the word', () => vm.log().includes('stop in 7200 s'));
  expect(vm.agent.exitCode).toBeNull();
});

test('shutdown.sh reports that the VM goes down, and services are ended and not started again', async () => {
  const vm = await startInstance({
    ...QUICK,
    services: [
      { name: 'web', port: 8123, command: 'trap "echo ended >>~/ended; exit" TERM; echo up >~/up; sleep 600 & wait' },
    ],
  });
  await vm.until('started', ({ services }) => services?.['web'] !== undefined);
  vm.google.preempted = true;
  await vm.shutDown();
  const said = vm.google.reports.filter(({ writer }) => writer === 'shutdown');
  expect(said).toMatchObject([{ instance: 'cpu1', state: { stopping: { preempted: true } } }]);
  await vm.google.until(
    'the log',
    () => vm.google.objects.has(`${INSTANCE_PREFIX}log.txt`) || vm.log().includes('going down'),
  );
});
