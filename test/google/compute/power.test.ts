// Start, stop and time limit through Google's library: against the stand-in, and where it has to be Google's own words.
import { randomUUID } from 'node:crypto';
import type { OperationFault } from '../../../deploy/local/compute';
import type { CloudAnswer, OperationState } from '../../../functions/src/ports/cloud-answer';
import type { Compute } from '../../../functions/src/ports/compute';
import type { CloudVm } from '../../../functions/src/ports/compute-view';
import { aBody, makeVm, refusal, scripted, standIn, stopVm, ZONE } from './harness';

const LIMIT = { maxRunDurationSeconds: 7200, terminationAction: 'STOP' as const };

describe('against the stand-in', () => {
  let google: Awaited<ReturnType<typeof standIn>>;
  let cloud: Compute;
  let startFault: OperationFault | undefined;
  beforeAll(async () => {
    google = await standIn({ faults: { onStart: () => startFault } });
    cloud = google.open();
  });
  beforeEach(() => void (startFault = undefined));
  afterAll(() => google.close());

  const end = async (answer: CloudAnswer): Promise<OperationState> => {
    if (!answer || !('operation' in answer)) throw new Error(`no operation: ${JSON.stringify(answer)}`);
    return cloud.awaitOperation(ZONE, answer.operation, 10);
  };
  const make = (name: string): Promise<void> => makeVm(cloud, aBody(name));
  const stop = (name: string): Promise<void> => stopVm(cloud, name);
  const get = async (name: string): Promise<CloudVm> => {
    const vm = await cloud.get(ZONE, name);
    if (!vm) throw new Error(`no ${name}`);
    return vm;
  };
  const start = (name: string, requestId: string = randomUUID()) => cloud.start(ZONE, name, requestId);

  test('a VM from period to period, whose limit is set between two', async () => {
    await make('periods');
    const first = await get('periods');
    expect(first.lastStartAt).toMatch(/^\d{4}-.*Z$/);
    expect((await cloud.list()).vms).toEqual([first]);
    await stop('periods');
    expect(await get('periods')).toEqual({ ...first, status: 'TERMINATED' });
    expect(await end(await cloud.setScheduling(ZONE, 'periods', LIMIT))).toEqual({ done: true });
    const requestId = randomUUID();
    const started = await start('periods', requestId);
    expect(await end(started)).toEqual({ done: true });
    const second = await get('periods');
    expect(second).toEqual({ ...first, ...LIMIT, lastStartAt: expect.any(String) });
    expect(Date.parse(second.lastStartAt ?? '')).toBeGreaterThan(Date.parse(first.lastStartAt ?? ''));
    expect((await cloud.operationsOn(ZONE, 'periods')).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['insert', 'stop', 'setScheduling', 'start']),
    );
    // Both as they were, from somebody whose process stood still meanwhile.
    await stop('periods');
    expect(await start('periods', requestId)).toEqual(started);
    expect((await get('periods')).status).toBe('TERMINATED');
  });

  test('a stock-out comes at the end of a start; the VM and its disk stay', async () => {
    await make('stocked-out');
    await stop('stocked-out');
    const stopped = await get('stocked-out');
    const metadatas = { zonesAvailable: 'local-b, local-c' };
    const code = 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS';
    startFault = { code, message: 'no more', errorDetails: [{ errorInfo: { metadatas } }] };
    const failure = { code, message: 'no more', httpStatus: 503, zonesAvailable: ['local-b', 'local-c'] };
    expect(await end(await start('stocked-out'))).toEqual({ done: true, failure });
    expect(await get('stocked-out')).toEqual(stopped);
    expect(await cloud.getDisk(ZONE, 'stocked-out')).toMatchObject({ inUse: true });
  });

  test('a limit is not set while the VM runs: refused, in words of Google', async () => {
    await make('running');
    expect(await cloud.setScheduling(ZONE, 'running', LIMIT)).toEqual({
      refused: {
        code: 'badRequest',
        httpStatus: 400,
        message: 'Max run duration cannot be changed while the instance is running.',
      },
    });
  });

  test('another machine type and a larger disk, between two periods only', async () => {
    await make('larger');
    const type = 'n2-standard-2';
    expect(await cloud.setMachineType(ZONE, 'larger', type)).toMatchObject({ refused: { httpStatus: 400 } });
    await stop('larger');
    expect(await end(await cloud.setMachineType(ZONE, 'larger', type))).toEqual({ done: true });
    const { sizeGb = 0 } = (await cloud.getDisk(ZONE, 'larger')) ?? {};
    expect(await end(await cloud.resizeDisk(ZONE, 'larger', sizeGb + 10))).toEqual({ done: true });
    expect(await cloud.resizeDisk(ZONE, 'larger', sizeGb)).toMatchObject({ refused: { httpStatus: 400 } });
    expect([await get('larger'), await cloud.getDisk(ZONE, 'larger')]).toMatchObject([
      { machineType: type },
      { sizeGb: sizeGb + 10 },
    ]);
  });

  test('of a VM that does not exist every call says so', async () => {
    expect(await start('none')).toBeUndefined();
    expect(await cloud.stop(ZONE, 'none', { requestId: randomUUID() })).toBeUndefined();
    expect(await cloud.setScheduling(ZONE, 'none', LIMIT)).toBeUndefined();
    expect(await cloud.setMachineType(ZONE, 'none', 'e2-medium')).toBeUndefined();
    expect(await cloud.resizeDisk(ZONE, 'none', 100)).toBeUndefined();
  });

  test('the disk of a VM that was deleted is still there, and free', async () => {
    await make('outlived');
    const operation = await cloud.delete(ZONE, 'outlived');
    await end(operation === undefined ? undefined : { operation });
    expect(await cloud.get(ZONE, 'outlived')).toBeUndefined();
    expect(await cloud.getDisk(ZONE, 'outlived')).toMatchObject({ inUse: false });
  });
});

test('what goes over the wire', async () => {
  const { cloud, calls, close } = await scripted(() => [200, { name: 'operation-1', status: 'RUNNING' }]);
  try {
    expect(await cloud.start('z', 'vm', 'r1')).toEqual({ operation: 'operation-1' });
    expect(await cloud.stop('z', 'vm', { requestId: 'r2', discardLocalSsd: true })).toBe('operation-1');
    expect(await cloud.setScheduling('z', 'vm', LIMIT)).toEqual({ operation: 'operation-1' });
    expect(await cloud.setMachineType('z', 'vm', 'e2-medium')).toEqual({ operation: 'operation-1' });
    expect(await cloud.resizeDisk('z', 'vm', 100)).toEqual({ operation: 'operation-1' });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      expect.stringMatching(/^POST \/zones\/z\/instances\/vm\/start\?requestId=r1$/),
      expect.stringMatching(/^POST \/zones\/z\/instances\/vm\/stop\?(?=.*requestId=r2)(?=.*discardLocalSsd=true)/),
      expect.stringMatching(/^POST \/zones\/z\/instances\/vm\/setScheduling\??$/),
      expect.stringMatching(/^POST \/zones\/z\/instances\/vm\/setMachineType\??$/),
      expect.stringMatching(/^POST \/zones\/z\/disks\/vm\/resize\??$/),
    ]);
    expect(calls.slice(3).map(({ body }) => body)).toEqual([
      { machineType: 'zones/z/machineTypes/e2-medium' },
      { sizeGb: '100' },
    ]);
    expect(calls[2]?.body).toEqual({ maxRunDuration: { seconds: '7200' }, instanceTerminationAction: 'STOP' });
  } finally {
    close();
  }
});

test.each([
  [
    'quota',
    refusal(403, 'quotaExceeded', "Quota 'CPUS' exceeded"),
    { code: 'quotaExceeded', message: "Quota 'CPUS' exceeded", httpStatus: 403 },
  ],
  [
    'a state',
    refusal(400, 'resourceNotReady', 'not ready'),
    { code: 'resourceNotReady', message: 'not ready', httpStatus: 400 },
  ],
  ['a conflict', refusal(409, 'conflict', 'busy'), { code: 'conflict', message: 'busy', httpStatus: 409 }],
])('a start that Google refuses at once for %s is an outcome', async (_, answer, refused) => {
  const { cloud, close } = await scripted(() => answer);
  try {
    expect(await cloud.start('z', 'vm', 'r')).toEqual({ refused });
  } finally {
    close();
  }
});

test.each([
  [503, 'backendError'],
  [429, 'rateLimitExceeded'],
  [403, 'rateLimitExceeded'],
])("%i %s is trouble on Google's side, and not an outcome: the call is made again", async (status, reason) => {
  const { cloud, close } = await scripted(() => refusal(status, reason, 'trouble'));
  try {
    await expect(cloud.start('z', 'vm', 'r')).rejects.toThrow('trouble');
    await expect(cloud.setScheduling('z', 'vm', LIMIT)).rejects.toThrow('trouble');
    await expect(cloud.stop('z', 'vm', { requestId: 'r' })).rejects.toThrow('trouble');
  } finally {
    close();
  }
});
