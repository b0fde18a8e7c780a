// Troubles of a real VM, one at a time.
import { expectOk } from '../local/desk';
import { preempt } from '../local/vms';
import { bucketTrace, recordedTrace } from './bucket-calls';
import { allUp } from './network';
import { PATIENCE_SECONDS, startRuns, type Runs } from './runs';

let runs: Runs;
beforeAll(async () => void (runs = await startRuns()), 1_800_000);
afterEach(() => (runs.network.reach = allUp()));
afterAll(() => runs.close());

const STORY_MS = 2 * PATIENCE_SECONDS * 1000;
const FIRST = `os.environ["MYMLOPS_ATTEMPT"] == "1"`;

test(
  'preempted while it executes, a run goes on in another VM',
  async () => {
    const run = await runs.commit('preempted', `if ${FIRST}: time.sleep(3600)`);
    await runs.untilPhase(run, 'execute');
    await preempt(runs.desk, run);
    expect(await runs.settled(run)).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      attempts: { 1: { givenUp: { reason: 'preempted' } } },
    });
    expect(runs.console(run, 1)).toContain('shutdown] the VM is going down');
    expect(bucketTrace(runs.network, run, 1)).toEqual(recordedTrace('preempted while it executes'));
    expect(bucketTrace(runs.network, run, 2)).toEqual(recordedTrace('succeeds'));
  },
  STORY_MS,
);

test(
  'a VM that reboots while it executes does nothing more, and another one follows',
  async () => {
    const run = await runs.commit('reboots', `if ${FIRST}: subprocess.run(["systemctl", "reboot"]); time.sleep(3600)`);
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(runs.console(run, 1)).toMatch(/shutdown\] the VM is going down[^]*the attempt is claimed by another boot/);
  },
  STORY_MS,
);

test(
  'the guest agent is installed again while a notebook runs: the second start of the startup script does nothing',
  async () => {
    const reinstall = [
      // Its package starts the units of both scripts again. The snapshot has needrestart.
      'subprocess.run(["apt-get", "-y", "-qq", "--reinstall", "install", "google-guest-agent"], check=True)',
      'said = ["journalctl", "--no-pager", "-u", "google-startup-scripts"]',
      'while "started again" not in subprocess.run(said, capture_output=True, text=True).stdout: time.sleep(1)',
    ].join('\n');
    const run = await runs.commit('again', reinstall);
    expect(await runs.settled(run)).toMatchObject({ status: 'succeeded', attempt: 1 });
    const said = runs.console(run, 1).split('phase publish')[0];
    expect(said).toContain('the startup script was started again in the same boot');
    expect(said).not.toContain('going down');
  },
  STORY_MS,
);

test(
  'a VM whose account has no rights says on its serial console which ones it needs',
  async () => {
    runs.network.reach = { ...allUp(), storage: 'forbidden', pubsub: 'forbidden' };
    const run = await runs.commit('forbidden', 'pass');
    await runs.untilConsole(run, 1, 'does not have storage.objects.create access');
    expectOk(await runs.desk.client('cancel', run));
    expect(await runs.settled(run)).toMatchObject({ status: 'cancelled' });
  },
  STORY_MS,
);
