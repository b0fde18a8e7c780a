// setMetadata through Google's library: several keys, what others wrote, and who else writes at the same time.
import type { OperationFault } from '../../../deploy/local/compute';
import type { Compute } from '../../../functions/src/ports/compute';
import { aBody, makeVm, refusal, scripted, standIn, stopVm, ZONE, type Call } from './harness';

const anyVm = (): boolean => true;

describe('against the stand-in', () => {
  let google: Awaited<ReturnType<typeof standIn>>;
  let cloud: Compute;
  let fault: OperationFault | undefined;
  beforeAll(async () => {
    google = await standIn({ faults: { onSetMetadata: () => fault } });
    cloud = google.open();
  });
  beforeEach(() => void (fault = undefined));
  afterAll(() => google.close());

  test('several keys at once; the others keep theirs, also on a stopped VM', async () => {
    await makeVm(cloud, aBody('keys', { script: 'true', old: '1' }));
    expect(await cloud.setMetadata(ZONE, 'keys', anyVm, { old: '2', new: '' })).toBe(true);
    expect(await google.metadata('keys')).toEqual({ script: 'true', old: '2', new: '' });
    await stopVm(cloud, 'keys');
    expect(await cloud.setMetadata(ZONE, 'keys', anyVm, { script: 'false', period: '2' })).toBe(true);
    expect(await google.metadata('keys')).toEqual({ script: 'false', old: '2', new: '', period: '2' });
    // It is done by then, so that nothing stands in the way of a start.
    const started = await cloud.start(ZONE, 'keys', '3f957ea9-d461-5e73-8a18-00abf3c315ff');
    if (!started || !('operation' in started)) throw new Error(JSON.stringify(started));
    expect(await cloud.awaitOperation(ZONE, started.operation, 10)).toEqual({ done: true });
  });

  test('four that write at once keep what the others have written', async () => {
    await makeVm(cloud, aBody('shared'));
    const writers = ['a', 'b', 'c', 'd'];
    const set = (key: string) => google.open().setMetadata(ZONE, 'shared', anyVm, { [key]: '1', [`${key}2`]: '2' });
    expect(await Promise.all(writers.map(set))).toEqual([true, true, true, true]);
    expect(Object.keys(await google.metadata('shared')).toSorted()).toEqual([
      ...['a', 'a2', 'b', 'b2', 'c', 'c2', 'd', 'd2'],
    ]);
  });

  test('accepted is not done: what fails at its end is an error', async () => {
    await makeVm(cloud, aBody('denied'));
    fault = { code: 'SERVICE_ACCOUNT_ACCESS_DENIED', message: 'no access to the account', httpStatus: 400 };
    await expect(cloud.setMetadata(ZONE, 'denied', anyVm, { a: '1' })).rejects.toThrow(
      'setMetadata of denied: SERVICE_ACCOUNT_ACCESS_DENIED: no access to the account',
    );
    expect(await google.metadata('denied')).toEqual({});
  });

  test('neither a VM that does not exist nor one that is not meant', async () => {
    await makeVm(cloud, aBody('other'));
    expect(await cloud.setMetadata(ZONE, 'other', ({ name }) => name === 'mine', { a: '1' })).toBe(false);
    expect(await google.metadata('other')).toEqual({});
    expect(await cloud.setMetadata(ZONE, 'none', anyVm, { a: '1' })).toBe(false);
  });
});

describe('somebody else is faster', () => {
  const CONFLICT = refusal(412, 'conditionNotMet', 'Supplied fingerprint does not match');
  const DONE = { name: 'operation-1', status: 'DONE' };

  /** The metadata is another one at every look; `answer`: to the nth setMetadata. */
  const play = async (answer: (nth: number) => [number, object], wait: (nth: number) => [number, object]) => {
    let looks = 0;
    let sets = 0;
    const google = await scripted(({ method, path }) => {
      if (path.includes('/operations/')) return wait(sets);
      if (method === 'POST') return answer(++sets);
      looks += 1;
      const items = [
        { key: 'theirs', value: String(looks) },
        { key: 'ours', value: 'old' },
      ];
      return [200, { name: 'vm', id: '7', zone: 'u/zones/z', metadata: { fingerprint: `f${looks}===`, items } }];
    });
    const sent = () => google.calls.filter(({ method, path }) => method === 'POST' && path.includes('setMetadata'));
    return { ...google, sent };
  };
  const whatWasSet = ({ body }: Call): unknown => body;
  const set = (fingerprint: string, theirs: string) => ({
    fingerprint,
    items: [
      { key: 'theirs', value: theirs },
      { key: 'ours', value: 'new' },
    ],
  });

  test.each([
    [
      'as the call says',
      (nth: number) => (nth === 1 ? CONFLICT : ([200, DONE] as [number, object])),
      () => [200, DONE],
    ],
    [
      'as its operation says',
      () => [200, DONE],
      (nth: number) => [
        200,
        nth === 1 ? { ...DONE, error: { errors: [{ code: 'CONDITION_NOT_MET', message: 'changed' }] } } : DONE,
      ],
    ],
  ] as [string, (nth: number) => [number, object], (nth: number) => [number, object]][])(
    'once, %s: what they wrote is read again and kept',
    async (_, answer, wait) => {
      const { cloud, sent, close } = await play(answer, wait);
      try {
        expect(await cloud.setMetadata('z', 'vm', anyVm, { ours: 'new' })).toBe(true);
        expect(sent().map(whatWasSet)).toEqual([set('f1===', '1'), set('f2===', '2')]);
      } finally {
        close();
      }
    },
  );

  test('every time: it gives up after five tries, and says so', async () => {
    const { cloud, sent, close } = await play(
      () => CONFLICT,
      () => [200, DONE],
    );
    try {
      await expect(cloud.setMetadata('z', 'vm', anyVm, { ours: 'new' })).rejects.toThrow(
        'setMetadata of vm: changed by others 5 times in a row',
      );
      expect(sent()).toHaveLength(5);
    } finally {
      close();
    }
  });
});
