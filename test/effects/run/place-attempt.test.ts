// Where the next attempt goes: what stands in the document by then counts more than what was decided on.
import { DEPLOYMENT_POOL, type RunState } from '@mymlops/protocol';
import { placeAttempt } from '../../../functions/src/effects/run/place-attempt';
import { aRef, anAttempt, RUN } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../../fakes/google';
import { aRun, effectContext, stored } from '../task';

const AT = '2026-11-21T10:00:00.000Z';
const OTHER = '20261121-090000-zzzz';

async function mergeOf(google: FakeGoogle, state: RunState, number = 1) {
  const result = await placeAttempt(stored(state), number, effectContext(google));
  if (!result) throw new Error('no result');
  return result.merge;
}

describe('an attempt that was decided on', () => {
  test('is written with its intent, its slot and its zone', async () => {
    const google = fakeGoogle();
    const result = await placeAttempt(stored(aRun()), 1, effectContext(google));
    const state = result?.merge(aRun());
    expect(state?.attempts[1]?.vm).toMatchObject({
      zone: 'local-a',
      terminationAction: 'DELETE',
      periods: { 1: { start: { at: AT, actor: 'an-invocation' } } },
    });
    expect(state?.slots).toEqual({ held: [DEPLOYMENT_POOL] });
    expect(result?.pools?.map(({ pool }) => pool.holders)).toEqual([[{ ...aRef(), zone: 'local-a' }]]);
  });

  test.each<[string, (state: RunState) => RunState]>([
    ['was cancelled', (state) => ({ ...state, cancel: { by: 'ada', at: AT } })],
    ['has ended', (state) => ({ ...state, end: { status: 'failed', message: '', at: AT } })],
    ['has this attempt already', (state) => ({ ...state, attempts: { 1: anAttempt({ zone: 'elsewhere' }) } })],
  ])('is none where the run %s meanwhile', async (_what, change) => {
    const merge = await mergeOf(fakeGoogle(), aRun());
    expect(merge(change(aRun())).attempts).toEqual(change(aRun()).attempts);
  });

  test('and that no zone can take is written as gone, so that nothing is looked for', async () => {
    const google = fakeGoogle();
    const request = { machine: { provisioning: 'spot' as const, zoneRegex: 'mars-.*' } };
    const merge = await mergeOf(google, aRun({}, request));
    expect(merge(aRun()).attempts[1]?.vm).toMatchObject({
      zone: '-',
      goneAt: AT,
      periods: { 1: { start: { settledAt: AT, failure: { scope: 'all' } } } },
    });
    expect(merge({ ...aRun(), cancel: { by: 'ada', at: AT } }).attempts).toEqual({});
  });
});

describe('a full pool', () => {
  const full = (): FakeGoogle => {
    const google = fakeGoogle();
    google.context.settings.maxParallel = 1;
    google.pools.set(DEPLOYMENT_POOL, { pool: { v: 1, max: 1, holders: [aRef(OTHER)], queue: [] }, version: 1 });
    return google;
  };

  test('stops the clock of capacity, which keeps what it has counted', async () => {
    const google = full();
    google.nowMs = Date.parse(AT) + 90_000;
    const capacity = { since: AT, waitedSeconds: 30, tried: ['local-a'], rounds: 2 };
    const waiting = { ...aRun(), capacity };
    const queued = (await mergeOf(google, waiting))(waiting);
    expect(queued.slots).toEqual({ held: [], waiting: { pool: DEPLOYMENT_POOL, since: '2026-11-21T10:01:30.000Z' } });
    expect(queued.capacity).toEqual({ waitedSeconds: 120, tried: [], rounds: 0 });
  });

  test('starts no clock where none was running', async () => {
    expect((await mergeOf(full(), aRun()))(aRun())).not.toHaveProperty('capacity');
  });

  test('keeps the time since when the run stands in its queue', async () => {
    const google = full();
    const since = '2026-11-21T08:00:00.000Z';
    const waiting: RunState = { ...aRun(), slots: { held: [], waiting: { pool: DEPLOYMENT_POOL, since } } };
    const result = await placeAttempt(stored(waiting), 1, effectContext(google));
    expect(result?.merge(waiting).slots?.waiting?.since).toBe(since);
    expect(result?.pools?.[0]?.pool).toMatchObject({ holders: [aRef(OTHER)], queue: [aRef()] });
  });

  test('in whose queue the run stands already is nothing new', async () => {
    const google = full();
    google.pools.set(DEPLOYMENT_POOL, { pool: { v: 1, max: 1, holders: [aRef(OTHER)], queue: [aRef()] }, version: 2 });
    expect(await placeAttempt(stored(aRun()), 1, effectContext(google))).toBeUndefined();
  });
});

describe('a round in which every zone was tried', () => {
  const capacity = { since: AT, waitedSeconds: 0, tried: ['local-a', 'local-b'], rounds: 1 };
  const tried: RunState = { ...aRun(), capacity };

  test('ends in a pause, which begins now', async () => {
    const google = fakeGoogle();
    google.nowMs = Date.parse(AT) + 30_000;
    const paused = (await mergeOf(google, tried))(tried);
    expect(paused).toEqual({
      ...tried,
      capacity: { ...capacity, tried: [], rounds: 2, notBefore: '2026-11-21T10:02:30.000Z' },
    });
  });

  test.each<[string, (state: RunState) => RunState]>([
    ['has paused', (state) => ({ ...state, capacity: { ...capacity, tried: [], rounds: 2 } })],
    ['began to wait for a slot', (state) => ({ ...state, capacity: { waitedSeconds: 5, tried: [], rounds: 1 } })],
    ['waits no more', (state) => ({ ...state, capacity: undefined })],
    ['was cancelled', (state) => ({ ...state, cancel: { by: 'ada', at: AT } })],
  ])('changes nothing of a run that %s meanwhile', async (_what, change) => {
    const merge = await mergeOf(fakeGoogle(), tried);
    expect(merge(change(tried))).toEqual(change(tried));
  });
});

test('a later attempt that holds its slot and stays in its zone touches no pool', async () => {
  const google = fakeGoogle();
  google.zones = ['local-a'];
  const pool = { v: 1 as const, max: 10, holders: [{ ...aRef(), zone: 'local-a' }], queue: [] };
  google.pools.set(DEPLOYMENT_POOL, { pool, version: 1 });
  const slots = { held: [DEPLOYMENT_POOL] };
  const lost = { ...aRun({ 1: anAttempt({ goneAt: AT }) }), slots };
  const result = await placeAttempt(stored(lost), 2, effectContext(google));
  expect(result).not.toHaveProperty('pools');
  expect(result?.merge(lost)).toMatchObject({ slots, attempts: { 2: { vm: { zone: 'local-a' } } } });
});

test('a run without its commit is placed nowhere', async () => {
  const { request: _, ...state } = aRun();
  await expect(placeAttempt(stored(state), 1, effectContext(fakeGoogle()))).rejects.toThrow(
    `run ${RUN} has no request`,
  );
});
