// Images through Google's library: against the stand-in, where answers get lost, and where it has to be Google's own words.
import { randomUUID } from 'node:crypto';
import type { OperationFault } from '../../../deploy/local/compute';
import type { ImageBody } from '../../../functions/src/engine/image/image-body';
import type { CloudAnswer, OperationState } from '../../../functions/src/ports/cloud-answer';
import type { Compute } from '../../../functions/src/ports/compute';
import { copyingVms } from '../../deploy/local/compute/copying-vms';
import { aBody, makeVm, openAt, refusal, scripted, standIn, stopVm, ZONE } from './harness';
import { lossyWay, type Loss } from './lossy';

const body = (name: string, disk = 'maker'): ImageBody => ({
  ...{ name, family: 'mymlops-torch', description: 'made by a test' },
  labels: { 'mymlops-deployment': 'mymlops', mymlops: 'image' },
  sourceDisk: `zones/${ZONE}/disks/${disk}`,
});

let google: Awaited<ReturnType<typeof standIn>>;
let cloud: Compute;
let fault: OperationFault | undefined;
beforeAll(async () => {
  google = await standIn({ runner: copyingVms(), faults: { onImage: () => fault } });
  cloud = google.open();
  for (const name of ['maker', 'on']) await makeVm(cloud, aBody(name));
  await stopVm(cloud, 'maker');
});
beforeEach(() => void (fault = undefined));
afterAll(() => google.close());

const end = (answer: CloudAnswer, of: Compute = cloud): Promise<OperationState> => {
  if (!answer || !('operation' in answer)) throw new Error(`no operation: ${JSON.stringify(answer)}`);
  return of.awaitImage(answer.operation, 10);
};

test('an image from insert to proven absence', async () => {
  expect(await cloud.getImage('whole')).toBeUndefined();
  const requestId = randomUUID();
  const made = await cloud.createImage(body('whole'), requestId);
  expect(await end(made)).toEqual({ done: true });
  expect(await cloud.getImage('whole')).toEqual({ name: 'whole', status: 'READY', labels: body('whole').labels });
  // The same request again is the same image; another one of its name says that it exists.
  expect(await cloud.createImage(body('whole'), requestId)).toEqual(made);
  expect(await cloud.createImage(body('whole'), randomUUID())).toBeUndefined();
  const operation = await cloud.deleteImage('whole');
  expect(await cloud.awaitImage(operation ?? '', 10)).toEqual({ done: true });
  expect(await cloud.getImage('whole')).toBeUndefined();
  expect(await cloud.deleteImage('whole')).toBeUndefined();
});

test('the disk of a VM that is on, and one that does not exist, are refused at once', async () => {
  expect(await cloud.createImage(body('none', 'on'), randomUUID())).toEqual({
    refused: {
      code: 'resourceInUseByAnotherResource',
      message: expect.stringContaining("is already being used by 'zones/local-a/instances/on'"),
      httpStatus: 400,
    },
  });
  expect(await cloud.createImage(body('none', 'absent'), randomUUID())).toEqual({
    refused: { code: 'notFound', message: expect.stringContaining('was not found'), httpStatus: 404 },
  });
});

test('a failure that comes late: the image exists, and is broken', async () => {
  fault = { code: 'QUOTA_EXCEEDED', message: "Quota 'IMAGES' exceeded.", httpStatus: 403 };
  const failure = { code: 'QUOTA_EXCEEDED', message: "Quota 'IMAGES' exceeded.", httpStatus: 403 };
  expect(await end(await cloud.createImage(body('broken'), randomUUID()))).toEqual({ done: true, failure });
  expect((await cloud.getImage('broken'))?.status).toBe('FAILED');
  await cloud.awaitImage((await cloud.deleteImage('broken')) ?? '', 10);
  expect(await cloud.getImage('broken')).toBeUndefined();
});

test('an operation that Google has forgotten is over', async () => {
  expect(await cloud.awaitImage('operation-none', 1)).toEqual({ done: true });
});

describe.each<Exclude<Loss, undefined>>(['broken', '503'])('an answer that got lost (%s)', (loss) => {
  let way: Awaited<ReturnType<typeof lossyWay>>;
  let port: Compute;
  let lost = '';
  beforeAll(async () => {
    way = await lossyWay(google.address(), (call) => {
      if (call !== lost) return undefined;
      lost = '';
      return loss;
    });
    port = openAt(way.address);
  });
  beforeEach(() => void (way.calls.length = 0));
  afterAll(() => way.close());

  /** As Pub/Sub delivers a message again whose handler threw. */
  const again = async <T>(make: () => Promise<T>): Promise<T> => make().catch(() => make());

  test('of an insert: made once', async () => {
    lost = 'POST /global/images';
    const requestId = randomUUID();
    const answer = await again(() => port.createImage(body('once'), requestId));
    expect(await end(answer, port)).toEqual({ done: true });
    expect(way.calls.filter((call) => call === 'POST /global/images')).toHaveLength(2);
    expect((await port.getImage('once'))?.status).toBe('READY');
  });

  test('of a look', async () => {
    lost = 'GET /global/images/once';
    expect((await again(() => port.getImage('once')))?.status).toBe('READY');
  });

  test('of a deletion: gone', async () => {
    lost = 'DELETE /global/images/once';
    const operation = await again(() => port.deleteImage('once'));
    if (operation !== undefined) expect(await port.awaitImage(operation, 10)).toEqual({ done: true });
    expect(lost).toBe('');
    expect(await port.deleteImage('once')).toBeUndefined();
    expect(await port.getImage('once')).toBeUndefined();
  });

  test('of a wait for an operation', async () => {
    const answer = await port.createImage(body('waited'), randomUUID());
    if (!answer || !('operation' in answer)) throw new Error('refused');
    lost = `POST /global/operations/${answer.operation}/wait`;
    expect(await again(() => port.awaitImage(answer.operation, 10))).toEqual({ done: true });
    expect(lost).toBe('');
    await port.awaitImage((await port.deleteImage('waited')) ?? '', 10);
  });
});

describe("in Google's own words", () => {
  const message = "Required 'compute.images.create' permission for 'projects/p/global/images/i'";
  test.each([
    [403, 'forbidden', message],
    [412, 'conditionNotMet', 'Constraint constraints/compute.storageResourceUseRestrictions violated for project 1.'],
  ])('%d %s is a refusal', async (status, reason, text) => {
    const { cloud: port, close } = await scripted(() => refusal(status, reason, text));
    expect(await port.createImage(body('x'), randomUUID())).toEqual({
      refused: { code: reason, message: text, httpStatus: status },
    });
    close();
  });

  test.each([
    [429, 'rateLimitExceeded'],
    [403, 'rateLimitExceeded'],
    [500, 'backendError'],
  ])('%d %s is trouble: the call is made again later', async (status, reason) => {
    const { cloud: port, close } = await scripted(() => refusal(status, reason, 'later'));
    await expect(port.createImage(body('x'), randomUUID())).rejects.toThrow('later');
    close();
  });

  test('all that is sent: the request id, and no force', async () => {
    const { cloud: port, calls, close } = await scripted(() => [200, { name: 'operation-1', status: 'RUNNING' }]);
    const requestId = randomUUID();
    expect(await port.createImage(body('x'), requestId)).toEqual({ operation: 'operation-1' });
    expect(calls).toEqual([{ method: 'POST', path: `/global/images?requestId=${requestId}`, body: body('x') }]);
    close();
  });
});
