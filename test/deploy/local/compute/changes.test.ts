// setMetadata of VMs that run and of those that do not.
import type { OperationFault } from '../../../../deploy/local/compute';
import { fingerprintOf } from '../../../../deploy/local/compute/to-api';
import { startCloud, vmBody, ZONE, type Cloud, type Resource } from './fixture';

const INSTANCES = `/zones/${ZONE}/instances`;
const DENIED = { code: 'SERVICE_ACCOUNT_ACCESS_DENIED', message: 'no access to the account', httpStatus: 400 };

let cloud: Cloud;
let fault: OperationFault | undefined;
beforeAll(async () => void (cloud = await startCloud({ faults: { onSetMetadata: () => fault } })));
beforeEach(() => void (fault = undefined));
afterAll(() => cloud.end());

const metadata = async (name: string): Promise<Resource> => (await cloud.ok('GET', `${INSTANCES}/${name}`)).metadata;

test('a stopped VM keeps its metadata, and can have it changed', async () => {
  await cloud.insert(vmBody({ name: 'stopped', metadata: { a: '1', b: '2' } }));
  await cloud.done('POST', `${INSTANCES}/stopped/stop`);
  const before = await metadata('stopped');
  expect(before.items).toContainEqual({ key: 'a', value: '1' });
  const items = [
    { key: 'b', value: '3' },
    { key: 'c', value: '4' },
  ];
  const path = `${INSTANCES}/stopped/setMetadata`;
  const { fingerprint } = before;
  expect((await cloud.done('POST', path, { fingerprint, items })).error).toBeUndefined();
  expect((await metadata('stopped')).items).toEqual(items);
  const stale = await cloud.call('POST', path, { fingerprint, items: [] });
  expect([stale.status, stale.body.error.errors[0].reason]).toEqual([412, 'conditionNotMet']);
  expect((await cloud.call('POST', path, { items: [] })).status).toBe(412);
  expect((await metadata('stopped')).items).toEqual(items);
});

test('a fingerprint is the same in both forms of base64', async () => {
  const value = Array.from({ length: 99 }, (_, number) => String(number)).find((each) =>
    /[+/]/.test(fingerprintOf({ a: each })),
  );
  await cloud.insert(vmBody({ name: 'urlsafe', metadata: { a: value ?? '' } }));
  const fingerprint = (await metadata('urlsafe')).fingerprint.replaceAll('+', '-').replaceAll('/', '_');
  expect(fingerprint).toMatch(/[-_]/);
  const operation = await cloud.done('POST', `${INSTANCES}/urlsafe/setMetadata`, { fingerprint, items: [] });
  expect(operation.error).toBeUndefined();
});

test('a change that is accepted may fail at its end: then nothing has changed', async () => {
  await cloud.insert(vmBody({ name: 'denied', metadata: { a: '1' } }));
  const before = await metadata('denied');
  fault = DENIED;
  const body = { fingerprint: before.fingerprint, items: [] };
  const operation = await cloud.ok('POST', `${INSTANCES}/denied/setMetadata`, body);
  expect(operation).toMatchObject({ status: 'PENDING' });
  expect(operation.error).toBeUndefined();
  const failed = await cloud.ok('POST', `/zones/${ZONE}/operations/${operation.name}/wait`);
  expect(failed).toMatchObject({ status: 'DONE', httpErrorStatusCode: 400 });
  expect(failed.error.errors).toEqual([{ code: DENIED.code, message: DENIED.message }]);
  expect(await metadata('denied')).toEqual(before);
});
