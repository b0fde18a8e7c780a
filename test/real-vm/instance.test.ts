// An interactive instance on a real VM, with Google's own guest agent and systemd: a plain web service, stopped because nobody works,
// started again with its files, stopped from outside, and deleted.
import { anInstance, type Instance } from '../local/instances';
import { compute, disksOf, vmsOf, zoneOf } from '../local/vms';
import { startRealCloud, type RealCloud } from './real-cloud';
import { CONFIG, PATIENCE_SECONDS } from './runs';

let cloud: RealCloud;
beforeAll(async () => void (cloud = await startRealCloud({ config: CONFIG })), 1_800_000);
afterAll(() => cloud.close());

const STORY_MS = 4 * PATIENCE_SECONDS * 1000;

const SPEC = {
  machine: { provisioning: 'standard' as const },
  setup: 'echo "a setup" >>setups',
  startCommand: 'echo "a start" >>starts; echo "starts: $(wc -l <starts), setups: $(wc -l <setups)"',
  services: [
    {
      ...{ name: 'web', port: 8080, path: '/', tokenVariable: 'WEB_TOKEN' },
      command: 'exec python3 -m http.server "$MYMLOPS_PORT" --bind "$MYMLOPS_BIND"',
    },
  ],
  ...{ idleSeconds: 60, softStopSeconds: 6 * 3600, maxSeconds: 12 * 3600 },
};

async function onlyVm(): Promise<{ name: string; status: string; zone: string }> {
  const [vm, ...others] = await vmsOf(cloud.desk);
  if (!vm || others.length > 0) throw new Error(`${others.length + (vm ? 1 : 0)} VMs`);
  return { ...vm, zone: zoneOf(vm) };
}

async function expectLog(instance: Instance, text: string): Promise<void> {
  expect(await instance.object('log.txt')).toContain(text);
}

test(
  'idle, it powers itself off; started again, it has its files; stopped from outside, its disk stays; deleted, nothing is left',
  async () => {
    const instance = anInstance(cloud.desk, 'web');
    await instance.start(1, SPEC);
    await instance.untilStatus('ready', PATIENCE_SECONDS);
    const idle = await instance.untilStatus('stopped', PATIENCE_SECONDS);
    expect(idle).toMatchObject({ reason: 'idle', stop: { verdict: { says: 'idle' } } });
    expect((await onlyVm()).status).toBe('TERMINATED');
    expect(cloud.console('web', 1)).toContain('nobody has worked for');
    await expectLog(instance, 'starts: 1, setups: 1');

    await instance.start(2, { ...SPEC, idleSeconds: 3600 });
    await instance.untilStatus('ready', PATIENCE_SECONDS);
    await expectLog(instance, 'starts: 2, setups: 1');
    const { name, zone } = await onlyVm();
    await compute(cloud.desk, 'POST', `zones/${zone}/instances/${name}/stop`);
    const byHand = await instance.untilStatus('stopped', PATIENCE_SECONDS);
    expect(byHand).toMatchObject({ reason: 'by-hand', current: 2 });
    expect((await disksOf(cloud.desk)).length).toBe(1);

    await instance.remove();
    await instance.untilStatus('deleted', PATIENCE_SECONDS);
    expect([await vmsOf(cloud.desk), await disksOf(cloud.desk)]).toEqual([[], []]);
  },
  STORY_MS,
);
