// setScheduling, and what an insert may say of scheduling.
import { eventually } from '../harness';
import { SPOT, startCloud, vmBody, ZONE, type Answer, type Cloud, type Resource } from './fixture';
import { fakeClock, type FakeClock } from '../../../fakes/clock';

const INSTANCES = `/zones/${ZONE}/instances`;
const LIMIT = { maxRunDuration: { seconds: '3600' }, instanceTerminationAction: 'STOP' };

describe('setScheduling', () => {
  let cloud: Cloud;
  beforeAll(async () => void (cloud = await startCloud()));
  afterAll(() => cloud.end());

  const set = (name: string, body: unknown): Promise<Answer> =>
    cloud.call('POST', `${INSTANCES}/${name}/setScheduling`, body);
  const shown = async (name: string): Promise<Resource> => (await cloud.ok('GET', `${INSTANCES}/${name}`)).scheduling;
  const stopped = async (name: string, scheduling: Resource): Promise<void> => {
    await cloud.insert(vmBody({ name, scheduling }));
    await cloud.done('POST', `${INSTANCES}/${name}/stop`);
  };

  test('changes what it names and keeps the rest; null clears', async () => {
    await stopped('changed', { ...SPOT, ...LIMIT });
    const path = `${INSTANCES}/changed/setScheduling`;
    const operation = await cloud.done('POST', path, { maxRunDuration: { seconds: '7200' } });
    expect(operation).toMatchObject({ operationType: 'setScheduling', status: 'DONE' });
    expect(operation.error).toBeUndefined();
    const kept = { provisioningModel: 'SPOT', instanceTerminationAction: 'STOP', automaticRestart: false };
    expect(await shown('changed')).toMatchObject({ ...kept, maxRunDuration: { seconds: '7200' } });
    await cloud.done('POST', path, { maxRunDuration: null });
    expect(await shown('changed')).toMatchObject(kept);
    expect((await shown('changed')).maxRunDuration).toBeUndefined();
  });

  test('a VM that is not TERMINATED keeps its own, in whatever state it is', async () => {
    await cloud.insert(vmBody({ name: 'busy', scheduling: LIMIT }));
    const refused = await set('busy', { maxRunDuration: { seconds: '7200' } });
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toBe('Max run duration cannot be changed while the instance is running.');
    expect((await set('busy', { automaticRestart: false })).status).toBe(400);
    expect(await shown('busy')).toMatchObject(LIMIT);
    await cloud.ok('POST', `${INSTANCES}/busy/stop`);
    expect((await set('busy', { maxRunDuration: { seconds: '7200' } })).status).toBe(400);
  });

  test('what an insert may not say, nor may it', async () => {
    await stopped('strict', LIMIT);
    const table: [Resource, RegExp][] = [
      [{ maxRunDuration: { seconds: '29' } }, /^Invalid value for field 'resource.maxRunDuration.seconds': '29'/],
      [{ instanceTerminationAction: 'NAP' }, /'resource.instanceTerminationAction': 'NAP'/],
      [{ instanceTerminationAction: null }, /'resource.instanceTerminationAction': ''/],
      [{ maxRunDuration: null }, /'resource.instanceTerminationAction': 'STOP'/],
      [{ provisioningModel: 'SPOT', automaticRestart: true }, /'resource.automaticRestart'/],
    ];
    for (const [body, message] of table) {
      const { status, body: answer } = await set('strict', body);
      expect([status, answer.error.message]).toEqual([400, expect.stringMatching(message)]);
    }
    expect(await shown('strict')).toMatchObject(LIMIT);
  });

  test('a VM that does not exist', async () => expect((await set('none', LIMIT)).status).toBe(404));
});

test('with local SSDs, a limit that stops the VM must say that they may be lost', async () => {
  const cloud = await startCloud();
  const body = (onInstanceStopAction?: Resource): Resource =>
    vmBody({
      name: 'local-ssd',
      machineType: 'a3-highgpu-8g',
      scheduling: { ...LIMIT, onHostMaintenance: 'TERMINATE', ...(onInstanceStopAction && { onInstanceStopAction }) },
    });
  const refused = await cloud.call('POST', INSTANCES, body());
  expect([refused.status, refused.body.error.message]).toEqual([
    400,
    expect.stringContaining('resource.scheduling.onInstanceStopAction.discardLocalSsd'),
  ]);
  const vm = await cloud.insert(body({ discardLocalSsd: true }));
  expect(vm.scheduling.onInstanceStopAction).toEqual({ discardLocalSsd: true });
  await cloud.end();
});

describe('the limit of a period', () => {
  let clock: FakeClock;
  let cloud: Cloud;
  beforeEach(async () => {
    clock = fakeClock();
    cloud = await startCloud({ clock, operationDelayMs: 30 });
  });
  afterEach(() => cloud.end());

  const get = (name: string): Promise<Resource> => cloud.ok('GET', `${INSTANCES}/${name}`);
  const isStatus = (name: string, status: string) => async () => (await get(name)).status === status;
  const say = async (path: string, body?: unknown): Promise<void> => {
    const { name } = await cloud.ok('POST', `${INSTANCES}${path}`, body);
    await clock.advance(30);
    await eventually(async () => (await cloud.ok('GET', `/zones/${ZONE}/operations/${name}`)).status === 'DONE');
  };

  test('STOP leaves the VM off, with its disk; the next period has the limit that was set meanwhile', async () => {
    const scheduling = { maxRunDuration: { seconds: '60' }, instanceTerminationAction: 'STOP' };
    await say('', vmBody({ name: 'limited', autoDelete: true, scheduling }));
    await clock.advance(61_000);
    await eventually(isStatus('limited', 'TERMINATED'));
    const stopped = await get('limited');
    expect(stopped.scheduling.terminationTimestamp).toBeUndefined();
    expect(Date.parse(stopped.lastStopTimestamp)).toBeGreaterThanOrEqual(
      Date.parse(stopped.lastStartTimestamp) + 60_000,
    );
    expect((await cloud.ok('GET', `/zones/${ZONE}/disks/limited`)).users).toHaveLength(1);
    expect(cloud.service.liveVms()).toBe(0);
    await say('/limited/setScheduling', { maxRunDuration: { seconds: '600' } });
    expect((await get('limited')).status).toBe('TERMINATED');
    await say('/limited/start');
    const { scheduling: shown, lastStartTimestamp } = await get('limited');
    expect(Date.parse(shown.terminationTimestamp)).toBe(Date.parse(lastStartTimestamp) + 600_000);
    await clock.advance(590_000);
    expect((await get('limited')).status).toBe('RUNNING');
    await clock.advance(11_000);
    await eventually(isStatus('limited', 'TERMINATED'));
  });
});
