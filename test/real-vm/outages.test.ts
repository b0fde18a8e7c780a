// More of what goes wrong with a real VM: outages, and the end of a VM in other phases. Continuous integration has no time for these.
import { expectOk, until } from '../local/desk';
import { preempt, untilVm, vmsOf } from '../local/vms';
import { allUp } from './network';
import { CONFIG, PATIENCE_SECONDS, startRuns, type Runs } from './runs';

let runs: Runs;
beforeAll(async () => void (runs = await startRuns()), 1_800_000);
afterEach(() => {
  runs.network.reach = allUp();
  runs.desk.write('mymlops.yml', CONFIG); // one story changes it
});
afterAll(() => runs.close());

const STORY_MS = 2 * PATIENCE_SECONDS * 1000;

test(
  'the bucket is away while results are saved: the VM tries until it is back',
  async () => {
    const run = await runs.commit('away', 'print("done")');
    await runs.untilPhase(run, 'execute');
    runs.network.reach.storage = 'down';
    await runs.untilPhase(run, 'publish');
    const unanswered = (): number =>
      runs.network.calls.filter(({ path, status }) => path.includes('results') && status === 0).length;
    const before = unanswered();
    await until('it has tried again', () => unanswered() > before + 4 || undefined, PATIENCE_SECONDS);
    runs.network.reach.storage = 'up';
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 1 });
  },
  STORY_MS,
);

test(
  'preempted while it publishes, a run is done again: nothing said that its results were complete',
  async () => {
    const run = await runs.commit('preempted-late', 'print("done")');
    await runs.untilPhase(run, 'execute');
    runs.network.reach.storage = 'down';
    await runs.untilPhase(run, 'publish');
    const { name } = await untilVm(runs.desk, run, 'RUNNING');
    await preempt(runs.desk, run);
    // Were the bucket back before, the results might be saved in the last seconds.
    const isOff = async (): Promise<true | undefined> =>
      (await vmsOf(runs.desk)).every((vm) => vm.name !== name || vm.status === 'TERMINATED') || undefined;
    await until('the VM is off', isOff, PATIENCE_SECONDS);
    runs.network.reach.storage = 'up';
    expect(await runs.settled(run)).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      attempts: { 1: { givenUp: { reason: 'preempted' } } },
    });
  },
  STORY_MS,
);

test(
  'a VM that reboots in setup does nothing more, and another one follows',
  async () => {
    const reboot = '[ "$$MYMLOPS_ATTEMPT" != 1 ] || { systemctl reboot; exec sleep 3600; }';
    runs.desk.write('mymlops.yml', `project: local\ncommit:\n  command: ./run.sh\n  setup: '${reboot}'\n`);
    const run = await runs.commit('reboots-early', 'print("done")');
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(runs.console(run, 1)).toContain('the work is claimed by another boot');
  },
  STORY_MS,
);

test(
  'a VM that is reset before it has claimed its attempt begins anew',
  async () => {
    runs.network.reach.storage = 'down';
    const run = await runs.commit('reset-early', 'print("done")');
    await runs.untilConsole(run, 1, 'phase boot');
    await runs.reset(run, 1);
    runs.network.reach.storage = 'up';
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(runs.console(run, 1).split('phase boot').length).toBe(3);
  },
  STORY_MS,
);

test(
  'a VM that is reset while it publishes does nothing more, and another one follows',
  async () => {
    const run = await runs.commit('reset-late', 'print("done")');
    await runs.untilPhase(run, 'execute');
    runs.network.reach.storage = 'down';
    await runs.untilPhase(run, 'publish');
    await runs.reset(run, 1);
    runs.network.reach.storage = 'up';
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(runs.console(run, 1)).toContain('the work is claimed by another boot');
  },
  STORY_MS,
);

test(
  'a VM without a service account says so on its serial console',
  async () => {
    runs.network.reach.token = 'forbidden';
    const run = await runs.commit('no-token', 'pass');
    await runs.untilConsole(run, 1, 'the metadata server gives no access token');
    expectOk(await runs.desk.client('cancel', run));
    expect(await runs.settled(run)).toMatchObject({ status: 'cancelled' });
  },
  STORY_MS,
);

// The last story: its files are in the project from then on.
test(
  'a VM that is reset while it unpacks the project does nothing more, and another one follows',
  async () => {
    for (let index = 0; index < 20_000; index++) runs.desk.write(`many/${index}.txt`, `${index}\n`);
    const run = await runs.commit('reset-in-source', 'print("done")');
    await runs.untilPhase(run, 'source');
    await runs.reset(run, 1);
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
    const [, before = '', after = ''] = runs.console(run, 1).split('phase boot');
    expect(before).toContain('phase source');
    expect(before).not.toMatch(/phase (setup|execute)/);
    expect(after).toContain('the work is claimed by another boot');
  },
  STORY_MS,
);
