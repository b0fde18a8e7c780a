// Each step on the pools by itself: what is read, and what is written.
import { DEPLOYMENT_POOL, type HeldSlots, type SlotPool } from '@mymlops/protocol';
import { freeSlots, inSlots, noteZone, releaseSlots, takeSlots } from '../../functions/src/effects/slots';
import { aRef, at, RUN } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';
import { aRun, effectContext } from './task';

const PROFILE = 'profile-gpu';
const OTHER = aRef('20261121-090000-zzzz');
const ME = aRef();
const aPool = (fields: Partial<SlotPool> = {}): SlotPool => ({ v: 1, max: 2, holders: [], queue: [], ...fields });
const aRunWith = (slots?: HeldSlots) => ({ ...aRun(), ...(slots && { slots }) });

/** Google with these pools, and which of them were read or written since. */
function withPools(pools: Record<string, SlotPool>): { google: FakeGoogle; read: string[]; writes: () => number } {
  const google = fakeGoogle();
  for (const [name, pool] of Object.entries(pools)) google.pools.set(name, { pool, version: 1 });
  const { load } = google.context.slotPools;
  const read: string[] = [];
  google.context.slotPools.load = (name) => {
    read.push(name);
    return load(name);
  };
  let writes = 0;
  google.calls.before = (name) => void (name === 'slots.write' && writes++);
  return { google, read, writes: () => writes };
}

test('a slot that the document holds is not asked for again', async () => {
  const { google, read } = withPools({ [PROFILE]: aPool({ holders: [ME] }) });
  const pools = [
    { pool: PROFILE, max: 1 },
    { pool: DEPLOYMENT_POOL, max: 2 },
  ];
  const taken = await takeSlots(ME, { slots: { held: [PROFILE] } }, pools, effectContext(google));
  expect(taken).toMatchObject({ isComplete: true, slots: { held: [PROFILE, DEPLOYMENT_POOL] } });
  expect(read).toEqual([DEPLOYMENT_POOL]);
});

describe('the zone of a VM', () => {
  const taking = (name: string) => ({ stored: { name }, pool: aPool({ holders: [ME] }) });
  const pick = () => 'local-b';

  test('is noted in the pool of the deployment, not in the profile’s', async () => {
    const { google } = withPools({});
    const changes = [taking(PROFILE), taking(DEPLOYMENT_POOL)];
    const noted = await noteZone(ME, changes, pick, google.context);
    expect(noted).toEqual({
      zone: 'local-b',
      changes: [
        taking(PROFILE),
        { stored: { name: DEPLOYMENT_POOL }, pool: aPool({ holders: [{ ...ME, zone: 'local-b' }] }) },
      ],
    });
  });

  test('is noted there also where the slot was taken long ago', async () => {
    const { google } = withPools({ [DEPLOYMENT_POOL]: aPool({ holders: [ME] }) });
    const noted = await noteZone(ME, [taking(PROFILE)], pick, google.context);
    expect(noted.changes.map(({ stored: { name }, pool }) => [name, pool.holders])).toEqual([
      [PROFILE, [ME]],
      [DEPLOYMENT_POOL, [{ ...ME, zone: 'local-b' }]],
    ]);
  });

  test.each<[string, Record<string, SlotPool>]>([
    ['is noted already', { [DEPLOYMENT_POOL]: aPool({ holders: [{ ...ME, zone: 'local-b' }] }) }],
    ['has no pool', {}],
    ['is of one that holds no slot', { [DEPLOYMENT_POOL]: aPool() }],
  ])('that %s changes nothing', async (_what, pools) => {
    const { google } = withPools(pools);
    expect(await noteZone(ME, [], pick, google.context)).toEqual({ zone: 'local-b', changes: [] });
  });
});

describe('slots that are given back', () => {
  test('are all that the document holds, and its place in a queue', async () => {
    const { google } = withPools({
      [PROFILE]: aPool({ holders: [ME] }),
      [DEPLOYMENT_POOL]: aPool({ holders: [OTHER], queue: [ME] }),
    });
    const run = aRunWith({ held: [PROFILE], waiting: { pool: DEPLOYMENT_POOL, since: at(0) } });
    const { pools, merge } = await releaseSlots(ME, run, google.context);
    expect(pools?.map(({ pool }) => [pool.holders, pool.queue])).toEqual([
      [[], []],
      [[OTHER], []],
    ]);
    expect(merge(run)).not.toHaveProperty('slots');
  });

  test.each<[string, HeldSlots | undefined, Record<string, SlotPool>]>([
    ['has none', undefined, { [DEPLOYMENT_POOL]: aPool({ holders: [ME] }) }],
    ['is known to no pool', { held: [DEPLOYMENT_POOL] }, { [DEPLOYMENT_POOL]: aPool({ holders: [OTHER] }) }],
    ['names a pool that is not there', { held: [PROFILE] }, {}],
  ])('of a document that %s: no pool is touched', async (_what, slots, pools) => {
    const { google } = withPools(pools);
    expect((await releaseSlots(ME, aRunWith(slots), google.context)).pools).toEqual([]);
  });

  test('are all of that document; pools that do not know it are not written, and another kind may have its id', async () => {
    const namesake = aRef(RUN, 'toy');
    const { google, writes } = withPools({
      [PROFILE]: aPool({ max: 1, holders: [ME], queue: [OTHER] }),
      [DEPLOYMENT_POOL]: aPool({ holders: [OTHER] }),
      toys: aPool({ holders: [namesake] }),
    });
    await freeSlots(ME, google.context);
    expect(google.pools.get(PROFILE)?.pool).toEqual(aPool({ max: 1, queue: [OTHER] }));
    expect(google.pools.get('toys')?.pool.holders).toEqual([namesake]);
    expect(writes()).toBe(1);
    expect(google.queue).toEqual([{ v: 1, type: 'advance', ...OTHER }]);
  });

  test('those who waited for them were called by the kind of who left', async () => {
    const toy = aRef('doll', 'toy');
    const pool = { max: 1, holders: [ME], queue: [toy, OTHER] };
    const released = withPools({ [DEPLOYMENT_POOL]: aPool(pool), [PROFILE]: aPool(pool) });
    const { afterCommit } = await releaseSlots(
      ME,
      aRunWith({ held: [DEPLOYMENT_POOL, PROFILE] }),
      released.google.context,
    );
    await afterCommit?.();
    // In two pools it is the turn of the same one: it is called once.
    expect(released.google.queue).toEqual([{ v: 1, type: 'advance', kind: 'toy', id: 'doll' }]);
    const freed = withPools({ [DEPLOYMENT_POOL]: aPool({ ...pool, max: 2 }) });
    await freeSlots(ME, freed.google.context);
    expect(freed.google.queue).toEqual([toy, OTHER].map((ref) => ({ v: 1, type: 'advance', ...ref })));
  });
});

test('a slot that an earlier document of that name has left is written anew, so that nobody frees it meanwhile', async () => {
  const { google } = withPools({ [DEPLOYMENT_POOL]: aPool({ holders: [ME] }) });
  const context = effectContext(google);
  const taken = await takeSlots(ME, aRunWith(), [{ pool: DEPLOYMENT_POOL, max: 2 }], context);
  expect([taken.isComplete, taken.changes.length]).toEqual([true, 1]);
  await freeSlots(ME, google.context);
  const [change] = taken.changes;
  expect(change && (await google.context.slotPools.write(change))).toBe(false);
});

describe('what begins in its slots', () => {
  const slots = { held: [DEPLOYMENT_POOL] };
  const begun = <State extends object>(state: State) => ({ ...state, begun: true });

  test('is written with those that were just taken', () => {
    const stored = { name: DEPLOYMENT_POOL, pool: undefined, version: undefined } as never;
    const { merge, pools } = inSlots({ slots, pools: [{ stored, pool: aPool() }] }, begun);
    expect([merge(aRunWith()), pools?.length]).toEqual([{ ...aRunWith(slots), begun: true }, 1]);
  });

  test.each<[string, HeldSlots | undefined, boolean]>([
    ['held still', slots, true],
    ['given back meanwhile', undefined, false],
    ['others than it needs', { held: [PROFILE] }, false],
  ])('in slots that are %s', (_what, held, isBegun) => {
    const { merge } = inSlots({ slots, pools: [] }, begun);
    expect('begun' in merge(aRunWith(held))).toBe(isBegun);
  });
});
