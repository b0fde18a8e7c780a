// The end that Google sets to each VM, whatever mymlops does (maxRunDuration), on a real VM; and a VM that switches itself off.
import { until } from '../local/desk';
import { vmsOf } from '../local/vms';
import { PATIENCE_SECONDS, startRuns, type Runs } from './runs';

let runs: Runs;
beforeAll(async () => void (runs = await startRuns()), 1_800_000);
afterEach(() => void (runs.limits.hurry = false));
afterAll(() => runs.close());

const STORY_MS = 3 * PATIENCE_SECONDS * 1000;

const CELL = `attempt = os.environ["MYMLOPS_ATTEMPT"]
if attempt == "1":
    time.sleep(3600)
if attempt == "2":
    subprocess.run(["systemctl", "poweroff"])
    time.sleep(3600)`;

test(
  'the first VM reaches its time limit, the second switches itself off: each is deleted, and another one follows',
  async () => {
    const run = await runs.commit('limited', CELL);
    await runs.untilPhase(run, 'execute');
    const first = (await vmsOf(runs.desk)).find(({ name }) => name.includes(run));
    runs.limits.hurry = true;
    const isGone = async (): Promise<true | undefined> =>
      (await vmsOf(runs.desk)).every(({ name }) => name !== first?.name) || undefined;
    await until('the first VM is gone', isGone, PATIENCE_SECONDS);
    runs.limits.hurry = false;
    const settled = await runs.settled(run);
    expect(settled).toMatchObject({
      status: 'succeeded',
      attempt: 3,
      attempts: { 1: { givenUp: { reason: 'lost' } }, 2: { givenUp: { reason: 'lost' } } },
    });
    expect(first).toBeDefined();
    for (const attempt of [1, 2]) expect(runs.console(run, attempt)).toContain('shutdown] the VM is going down');
  },
  STORY_MS,
);
