// Only "not found" is absence. Whatever else Google says of a VM or disk proves nothing, and is an error.
import { refusal, scripted, ZONE } from './harness';

const DONE = { name: 'operation-1', status: 'DONE' };

type Cloud = Awaited<ReturnType<typeof scripted>>['cloud'];

const LOOKS: [string, (cloud: Cloud) => Promise<unknown>][] = [
  ['get', (cloud) => cloud.get(ZONE, 'vm')],
  ['getDisk', (cloud) => cloud.getDisk(ZONE, 'vm')],
  ['delete', (cloud) => cloud.delete(ZONE, 'vm')],
  ['deleteDisk', (cloud) => cloud.deleteDisk(ZONE, 'vm')],
  ['stop', (cloud) => cloud.stop(ZONE, 'vm', { requestId: '00000000-0000-5000-8000-000000000001' })],
];

describe.each(LOOKS)('%s', (_name, call) => {
  test('of a missing resource is undefined', async () => {
    const { cloud, close } = await scripted(() => refusal(404, 'notFound', 'The resource was not found'));
    try {
      expect(await call(cloud)).toBeUndefined();
    } finally {
      close();
    }
  });

  test.each([
    [400, 'invalid'],
    [403, 'forbidden'],
    [403, 'rateLimitExceeded'],
    [409, 'resourceInUseByAnotherResource'],
    [429, 'rateLimitExceeded'],
    [500, 'internalError'],
  ])('that fails with %d %s is an error', async (status, reason) => {
    const { cloud, close } = await scripted(() => refusal(status, reason, 'why'));
    try {
      await expect(call(cloud)).rejects.toThrow('why');
    } finally {
      close();
    }
  });
});

describe('the wait for an operation', () => {
  const waitFor = async (...answers: [status: number, body: object][]) => {
    let number = 0;
    const { cloud, calls, close } = await scripted(
      () => answers[Math.min(number++, answers.length - 1)] ?? ([500, {}] as [number, object]),
    );
    try {
      return { state: await cloud.awaitOperation(ZONE, 'operation-1', 1), calls: calls.length };
    } finally {
      close();
    }
  };
  const running: [number, object] = [200, { ...DONE, status: 'RUNNING' }];

  test('goes on while Google returns early', async () => {
    expect(await waitFor(running, running, [200, DONE])).toEqual({ state: { done: true }, calls: 3 });
  });

  test('ends with what the operation failed with, and its HTTP status', async () => {
    const errors = [{ code: 'QUOTA_EXCEEDED', message: 'CPUS' }];
    const failure = { code: 'QUOTA_EXCEEDED', message: 'CPUS', httpStatus: 403 };
    expect((await waitFor([200, { ...DONE, error: { errors }, httpErrorStatusCode: 403 }])).state).toEqual({
      done: true,
      failure,
    });
  });

  test('of an operation that Google has forgotten is over; one that may not be looked at is not', async () => {
    expect((await waitFor(refusal(404, 'notFound', 'gone'))).state).toEqual({ done: true });
    await expect(waitFor(refusal(403, 'forbidden', 'may not'))).rejects.toThrow('may not');
    await expect(waitFor(refusal(429, 'rateLimitExceeded', 'too many'))).rejects.toThrow('too many');
  });
});

// A function that was frozen between two messages finds its connections closed.
describe('a call on a connection that broke', () => {
  const hangUpOnce = async () => {
    let number = 0;
    return scripted(() => (number++ === 0 ? 'hang up' : [200, { id: '1', name: 'vm', zone: ZONE }]));
  };
  test.each<[string, (cloud: Cloud) => Promise<unknown>]>([
    ['get', (cloud) => cloud.get(ZONE, 'vm')],
    ['operationsOn', (cloud) => cloud.operationsOn(ZONE, 'vm')],
    ['delete', (cloud) => cloud.delete(ZONE, 'vm')],
  ])('%s is made once more', async (_name, call) => {
    const { cloud, calls, close } = await hangUpOnce();
    try {
      await call(cloud);
      expect(calls).toHaveLength(2);
    } finally {
      close();
    }
  });

  test('and once only', async () => {
    const { cloud, calls, close } = await scripted(() => 'hang up');
    try {
      await expect(cloud.get(ZONE, 'vm')).rejects.toThrow();
      expect(calls).toHaveLength(2);
    } finally {
      close();
    }
  });
});
