// An interactive instance in the local cloud, with a plain web service: real functions, real agent, real processes. Its windows are as
// short as a request may have them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceSpec } from '@mymlops/protocol';
import { newDesk, until, type Desk } from './desk';
import { anInstance, freePort, page, type Instance } from './instances';
import { compute, disksOf, vmsOf, zoneOf } from './vms';

let desk: Desk;
beforeEach(async () => void (desk = await newDesk()));
afterEach(() => desk.close());

/** Serves the project folder, in which each boot adds a line to `starts`, and each setup one to `setups`. */
const specOf = (port: number, fields: Partial<InstanceSpec> = {}): InstanceSpec => ({
  machine: { provisioning: 'standard' },
  setup: 'echo done >>setups',
  startCommand: 'echo "period $(wc -l <setups)" >>starts',
  services: [
    {
      ...{ name: 'web', port, path: '/', tokenVariable: 'WEB_TOKEN' },
      command:
        'printf %s "$WEB_TOKEN" | wc -c >token-length; exec python3 -m http.server "$MYMLOPS_PORT" --bind "$MYMLOPS_BIND"',
    },
  ],
  ...{ idleSeconds: 60, softStopSeconds: 3600, maxSeconds: 7200 },
  ...fields,
});

const lines = async (port: number, file: string): Promise<number> =>
  ((await page(port, `/${file}`))?.text ?? '').split('\n').length - 1;

/** Its slot is given back, and no sweep reads it any more. */
const untilSettled = (instance: Instance): Promise<true> =>
  until(`${instance.name} is settled`, async () => (await instance.document())?.live === false || undefined);

async function expectOff(port: number): Promise<void> {
  expect(await vmsOf(desk)).toMatchObject([{ status: 'TERMINATED' }]);
  expect(await disksOf(desk)).toHaveLength(1);
  expect(desk.vmProcesses()).toEqual([]);
  expect(await page(port, '/')).toBeUndefined();
}

async function expectNothingLeft(instance: Instance): Promise<void> {
  await instance.untilStatus('deleted');
  await untilSettled(instance);
  expect([await vmsOf(desk), await disksOf(desk)]).toEqual([[], []]);
  expect(desk.vmProcesses()).toEqual([]);
  expect(readdirSync(join(desk.home, 'compute/vms'))).toEqual([]);
}

test('ready, stopped by its user, started again with its files, and deleted: nothing is left', async () => {
  const port = await freePort();
  const instance = anInstance(desk, 'web1');
  await instance.start(1, specOf(port));
  const ready = await instance.untilStatus('ready');
  expect(ready).toMatchObject({ owner: 'ada', live: true, started: 1, current: 1 });
  expect([await lines(port, 'setups'), await lines(port, 'starts')]).toEqual([1, 1]);
  // The service got the token that lies in the bucket, and nowhere else.
  const token = await instance.object('token');
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect((await page(port, '/token-length'))?.text.trim()).toBe('48');
  expect(JSON.stringify([ready, await vmsOf(desk)])).not.toContain(token);

  await instance.stop(1);
  expect(await instance.untilStatus('stopped')).toMatchObject({ reason: 'user' });
  await untilSettled(instance);
  await expectOff(port);

  await instance.start(2, specOf(port));
  await instance.untilStatus('ready');
  expect([await lines(port, 'setups'), await lines(port, 'starts')]).toEqual([1, 2]);
  expect(await instance.object('token')).toBe(token);

  await instance.remove();
  await expectNothingLeft(instance);
  expect(await page(port, '/')).toBeUndefined();
});

/** As in Google's console. */
async function byHand(method: string, act = ''): Promise<void> {
  const [vm] = await vmsOf(desk);
  if (!vm) throw new Error('no VM');
  await compute(desk, method, `zones/${zoneOf(vm)}/instances/${vm.name}${act}`);
}

test('stopped and started by hand', async () => {
  const port = await freePort();
  const instance = anInstance(desk, 'hand');
  await instance.start(1, specOf(port));
  await instance.untilStatus('ready');
  await byHand('POST', '/stop');
  expect(await instance.untilStatus('stopped')).toMatchObject({ reason: 'by-hand' });
  await untilSettled(instance);
  await expectOff(port);
  await byHand('POST', '/start');
  expect(await instance.untilStatus('ready')).toMatchObject({ started: 2, current: 2 });
  expect(await lines(port, 'starts')).toBe(2);
  await instance.remove();
  await expectNothingLeft(instance);
});

test('deleted by hand, and made again on its disk by the next start', async () => {
  const port = await freePort();
  const instance = anInstance(desk, 'gone');
  await instance.start(1, specOf(port));
  await instance.untilStatus('ready');
  await byHand('DELETE');
  expect(await instance.untilStatus('stopped')).toMatchObject({ reason: 'gone' });
  expect([await vmsOf(desk), (await disksOf(desk)).length]).toEqual([[], 1]);
  await instance.start(2, specOf(port));
  await instance.untilStatus('ready');
  expect([await lines(port, 'setups'), await lines(port, 'starts')]).toEqual([1, 2]);
  await instance.remove();
  await expectNothingLeft(instance);
});

test('preempted, and resumed by a start', async () => {
  const port = await freePort();
  const instance = anInstance(desk, 'spot');
  const spec = specOf(port, { machine: { provisioning: 'spot' } });
  await instance.start(1, spec);
  await instance.untilStatus('ready');
  await byHand('POST', '/simulateMaintenanceEvent');
  expect(await instance.untilStatus('stopped')).toMatchObject({ reason: 'preempted' });
  await untilSettled(instance);
  await expectOff(port);
  await instance.start(2, spec);
  await instance.untilStatus('ready');
  expect(await lines(port, 'starts')).toBe(2);
  await instance.remove();
  await expectNothingLeft(instance);
});

test('deleted while it starts', async () => {
  const instance = anInstance(desk, 'early');
  await instance.start(1, specOf(await freePort(), { startCommand: 'sleep 600' }));
  await instance.untilStatus('starting');
  await instance.remove();
  await expectNothingLeft(instance);
});

test('its service dies, and is started again', async () => {
  const port = await freePort();
  const instance = anInstance(desk, 'dies');
  const command =
    'echo x >>deaths; python3 -m http.server "$MYMLOPS_PORT" --bind "$MYMLOPS_BIND" & until [ -e die ]; do sleep 0.1; done; rm die; kill $!; exit 3';
  await instance.start(
    1,
    specOf(port, { setup: 'true', startCommand: 'true', services: [{ name: 'web', port, path: '/', command }] }),
  );
  await instance.untilStatus('ready');
  const [folder] = readdirSync(join(desk.home, 'compute/vms'));
  expect(await lines(port, 'deaths')).toBe(1);
  desk.write(`../home/compute/vms/${folder}/home/repo/die`, '');
  await until('it answers again', async () => (await lines(port, 'deaths')) === 2 || undefined);
  const document = await until('its restart is reported', async () => {
    const found = await instance.document();
    return JSON.stringify(found?.vms).includes('"restarts":1') ? found : undefined;
  });
  expect(document).toMatchObject({ live: true });
  expect(await instance.object('log.txt')).toContain('the service web ended with exit code 3');
  await instance.remove();
  await expectNothingLeft(instance);
});

test('nobody works on it: it is stopped after its window, and the reason is kept; an extended one stays', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const [idle, extended] = [anInstance(desk, 'idle'), anInstance(desk, 'extended')];
  await Promise.all([idle.start(1, specOf(port)), extended.start(1, specOf(other))]);
  await Promise.all([idle.untilStatus('ready'), extended.untilStatus('ready')]);
  await extended.extend(1, 1800);
  const { stop } = await idle.untilStatus('stopped', 240);
  expect(stop).toMatchObject({
    period: 1,
    reason: 'idle',
    verdict: { says: 'idle' },
    signals: { cpu: { says: 'idle' } },
  });
  await untilSettled(idle);
  expect(await page(port, '/')).toBeUndefined();
  expect(await extended.document()).toMatchObject({ status: 'ready', stopped: 0 });
  expect((await page(other, '/'))?.status).toBe(200);
  await idle.start(2, specOf(port));
  await idle.untilStatus('ready');
  expect(await lines(port, 'starts')).toBe(2);
  for (const instance of [idle, extended]) {
    await instance.remove();
    await instance.untilStatus('deleted');
  }
  expect([await vmsOf(desk), await disksOf(desk)]).toEqual([[], []]);
}, 400_000);
