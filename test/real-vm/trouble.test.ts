// Troubles of a real VM. One run meets three of them, one in each attempt: a VM's start is what costs time here.
import { expectOk } from '../local/desk';
import { preempt } from '../local/vms';
import { bucketTrace, recordedTrace } from './bucket-calls';
import { allUp } from './network';
import { PATIENCE_SECONDS, startRuns, type Runs } from './runs';

let runs: Runs;
beforeAll(async () => void (runs = await startRuns()), 1_800_000);
afterEach(() => (runs.network.reach = allUp()));
afterAll(() => runs.close());

const STORY_MS = 3 * PATIENCE_SECONDS * 1000;

const CELL = `attempt = os.environ["MYMLOPS_ATTEMPT"]
if attempt == "1":
    time.sleep(3600)
if attempt == "2":
    subprocess.run(["systemctl", "reboot"])
    time.sleep(3600)
# Its package starts the units of both scripts again. The snapshot has needrestart.
subprocess.run(["apt-get", "-y", "-qq", "--reinstall", "install", "google-guest-agent"], check=True)
said = ["journalctl", "--no-pager", "-u", "google-startup-scripts"]
while "started again" not in subprocess.run(said, capture_output=True, text=True).stdout: time.sleep(1)`;

test(
  'the first VM is preempted while it executes, the second reboots, on the third the guest agent is installed again',
  async () => {
    const run = await runs.commit('unlucky', CELL);
    await runs.untilPhase(run, 'execute');
    await preempt(runs.desk, run);
    const settled = await runs.settled(run);
    expect(JSON.stringify(settled.attempts)).not.toContain('"failure"'); // each VM was made
    expect(settled).toMatchObject({
      status: 'succeeded',
      attempt: 3,
      attempts: { 1: { givenUp: { reason: 'preempted' } }, 2: { givenUp: { reason: 'lost' } } },
    });
    expect(runs.console(run, 1)).toContain('shutdown] the VM is going down');
    expect(bucketTrace(runs.network, run, 1)).toEqual(recordedTrace('preempted while it executes'));
    // Another boot does nothing more.
    expect(runs.console(run, 2)).toMatch(/shutdown\] the VM is going down[^]*the work is claimed by another boot/);
    // Nor does a second start of the startup script in one boot.
    const said = runs.console(run, 3).split('phase publish')[0];
    expect(said).toContain('the startup script was started again in the same boot');
    expect(said).not.toContain('going down');
    expect(bucketTrace(runs.network, run, 3)).toEqual(recordedTrace('succeeds'));
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
