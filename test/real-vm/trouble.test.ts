// What goes wrong with a real VM, one at a time. Each VM starts from the snapshot.
import type { RunDocument } from '@mymlops/protocol';
import { expectSettled } from '../local/expect-settled';
import { expectOk, until } from '../local/desk';
import { untilSettled } from '../local/until-settled';
import { preempt } from '../local/vms';
import { startRealCloud, type RealCloud } from './real-cloud';

let cloud: RealCloud;
beforeAll(async () => {
  cloud = await startRealCloud({ config: 'project: local\ncommit:\n  command: ./run.sh\n' });
}, 1_800_000);
afterEach(() => (cloud.network.reach = { storage: 'up', pubsub: 'up' }));
afterAll(() => cloud.close());

/** Seconds for a story, of which a VM under emulation takes most; CI has no other work beside it. */
const PATIENCE = 900;

/** Commits a notebook of one cell. */
async function commit(name: string, cell: string): Promise<string> {
  const { desk } = cloud;
  const notebook = desk.notebook(`${name}.ipynb`, [`import os, subprocess, time\n${cell}`]);
  return expectOk(await desk.client('commit', '--detach', notebook)).stdout.trim();
}

const untilConsole = (run: string, attempt: number, text: string): Promise<true> =>
  until(`the console of ${run} says ${text}`, () => cloud.console(run, attempt).includes(text) || undefined, PATIENCE);

async function untilPhase(run: string, phase: string): Promise<void> {
  await until(`${run} is in ${phase}`, async () => (await cloud.desk.show(run)).phase === phase || undefined, PATIENCE);
}

async function settled(run: string): Promise<RunDocument> {
  const document = await untilSettled(cloud.desk, run, PATIENCE);
  await expectSettled(cloud.desk);
  return document;
}

const FIRST = `os.environ["MYMLOPS_ATTEMPT"] == "1"`;

test(
  'preempted while it executes, a run goes on in another VM',
  async () => {
    const run = await commit('preempted', `print("began", flush=True)\nif ${FIRST}: time.sleep(3600)`);
    await untilPhase(run, 'execute');
    await preempt(cloud.desk, run);
    expect(await settled(run)).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      attempts: { 1: { givenUp: { reason: 'preempted' } } },
    });
  },
  2 * PATIENCE * 1000,
);

test(
  'a VM that reboots while it executes does nothing more, and another one follows',
  async () => {
    const run = await commit('reboots', `if ${FIRST}: subprocess.run(["systemctl", "reboot"]); time.sleep(3600)`);
    expect(await settled(run)).toMatchObject({ status: 'succeeded', attempt: 2 });
    expect(cloud.console(run, 1)).toContain('the attempt is claimed by another boot');
  },
  2 * PATIENCE * 1000,
);

test(
  'the guest agent is installed again while a notebook runs: the second start of the startup script does nothing',
  async () => {
    const reinstall = [
      'apt = ["apt-get", "-y", "-qq", "--no-install-recommends"]',
      'subprocess.run(["apt-get", "-qq", "update"], check=True)',
      'subprocess.run([*apt, "install", "needrestart"], check=True)',
      'subprocess.run([*apt, "--reinstall", "install", "google-guest-agent"], check=True)',
      'said = ["journalctl", "--no-pager", "-u", "google-startup-scripts"]',
      'while "started again" not in subprocess.run(said, capture_output=True, text=True).stdout: time.sleep(1)',
    ].join('\n');
    const run = await commit('again', reinstall);
    expect(await settled(run)).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(cloud.console(run, 1)).toContain('the startup script was started again in the same boot');
  },
  PATIENCE * 1000,
);

test(
  'a VM whose account has no rights says on its serial console which ones it needs',
  async () => {
    cloud.network.reach = { storage: 'forbidden', pubsub: 'forbidden' };
    const run = await commit('forbidden', 'pass');
    await untilConsole(run, 1, 'does not have storage.objects.create access');
    expectOk(await cloud.desk.client('cancel', run));
    expect(await settled(run)).toMatchObject({ status: 'cancelled' });
  },
  PATIENCE * 1000,
);
