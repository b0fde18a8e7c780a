// Faults by a file in the service's folder: how end-to-end tests give the real local cloud what Google does now and then.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS_FILE } from '../../../../deploy/local/compute/scripted-faults';
import { eventually } from '../harness';
import { startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

let cloud: Cloud;
beforeAll(async () => void (cloud = await startCloud()));
afterAll(() => cloud.end());

const play = (script: object): void => writeFileSync(join(cloud.folder, FAULTS_FILE), JSON.stringify(script));
const noMore = (): void => rmSync(join(cloud.folder, FAULTS_FILE));
const INSTANCES = `/zones/${ZONE}/instances`;

test('inserts are refused in one zone and not in another', async () => {
  play({ refuseInserts: { [ZONE]: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no more' } } });
  const refused = await cloud.done('POST', INSTANCES, vmBody({ name: 'stocked-out' }));
  expect(refused.error.errors).toEqual([{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no more' }]);
  expect((await cloud.call('GET', `${INSTANCES}/stocked-out`)).status).toBe(404);
  const elsewhere = { ...vmBody({ name: 'elsewhere' }), machineType: 'zones/local-b/machineTypes/this-computer' };
  expect((await cloud.done('POST', '/zones/local-b/instances', elsewhere)).error).toBeUndefined();
  noMore();
  await cloud.insert(vmBody({ name: 'stocked-out' }));
});

test('an insert is held, and a delete waits behind it', async () => {
  play({ holdInserts: true });
  await cloud.ok('POST', INSTANCES, vmBody({ name: 'held' }));
  await eventually(async () => (await cloud.ok('GET', `${INSTANCES}/held`)).status === 'STAGING');
  const gone = await cloud.ok('DELETE', `${INSTANCES}/held`);
  noMore();
  await cloud.ok('POST', `/zones/${ZONE}/operations/${gone.name}/wait`);
  expect((await cloud.call('GET', `${INSTANCES}/held`)).status).toBe(404);
});

test('a delete lies: done, without an error, and the VM runs on', async () => {
  await cloud.insert(vmBody({ name: 'tough' }));
  play({ deletesLie: true });
  const lie = await cloud.done('DELETE', `${INSTANCES}/tough`);
  expect({ status: lie.status, error: lie.error }).toEqual({ status: 'DONE', error: undefined });
  expect((await cloud.ok('GET', `${INSTANCES}/tough`)).status).toBe('RUNNING');
  noMore();
  await cloud.done('DELETE', `${INSTANCES}/tough`);
  expect((await cloud.call('GET', `${INSTANCES}/tough`)).status).toBe(404);
});

test('a script with a word that is none does not pass for no fault', async () => {
  play({ deleteLies: true });
  const { status } = await cloud.call('POST', INSTANCES, vmBody({ name: 'typo' }));
  expect(status).toBe(500);
  expect(cloud.errors.splice(0)).toEqual([expect.stringContaining('unknown: deleteLies')]);
  noMore();
});

test('an insert is refused at once, in the words and with the status that the script says', async () => {
  const refused = { code: 'conditionNotMet', message: 'Location ZONE:local-a violates constraint', httpStatus: 412 };
  play({ refuseInsertCalls: { [ZONE]: refused } });
  const { status, body } = await cloud.call('POST', INSTANCES, vmBody({ name: 'forbidden' }));
  expect([status, body.error.errors[0].reason, body.error.message]).toEqual([412, refused.code, refused.message]);
  noMore();
});

describe('a zone that does not answer', () => {
  beforeEach(() => play({ zonesDown: ['local-b'] }));
  afterEach(noMore);

  test('says DOWN, and refuses its calls', async () => {
    expect((await cloud.ok('GET', '/zones/local-b')).status).toBe('DOWN');
    const { items } = await cloud.ok('GET', '/zones');
    expect(items.map(({ status }: Resource) => status)).toEqual(['UP', 'DOWN', 'UP']);
    const { status, body } = await cloud.call('GET', '/zones/local-b/instances/elsewhere');
    expect([status, body.error.errors[0].reason]).toEqual([503, 'backendError']);
  });

  test('fails a list of all zones, unless the caller takes what there is', async () => {
    expect((await cloud.call('GET', '/aggregated/instances')).status).toBe(503);
    const part = await cloud.ok('GET', '/aggregated/instances?returnPartialSuccess=true');
    expect(part.unreachables).toEqual(['zones/local-b']);
    expect(part.items['zones/local-b']).toEqual({ warning: expect.objectContaining({ code: 'UNREACHABLE' }) });
    expect(part.items['zones/local-a'].instances.length).toBeGreaterThan(0);
  });
});
