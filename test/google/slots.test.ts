// Slot pools in Firestore: each write is on what was read, and leaves nothing of the old content.
import type { SlotPool } from '@mymlops/protocol';
import { afterAsking, afterLeaving, afterPlacing } from '../../functions/src/engine/slots';
import { openDatabase } from '../../functions/src/google/database';
import { openSlotPools } from '../../functions/src/google/slots';
import { onEveryFirestore } from '../emulators/firestore';
import { aRef } from '../fakes/builders';
import { NAMES } from './stand-ins';

const ONE = aRef('one');
const TWO = aRef('two');

onEveryFirestore((endpoints, connect) => {
  const pools = () => openSlotPools(openDatabase(NAMES, endpoints));

  async function change(name: string, next: (pool: SlotPool | undefined) => SlotPool): Promise<boolean> {
    const stored = await pools().load(name);
    return pools().write({ stored, pool: next(stored.pool) });
  }

  test('the zone of a run that has left is gone; those of the others stay', async () => {
    await change('a', (pool) => afterPlacing(afterAsking(pool, ONE, 2), ONE, 'local-a'));
    await change('a', (pool) => afterPlacing(afterAsking(pool, TWO, 2), TWO, 'local-b'));
    await change('a', (pool) => afterLeaving(pool as SlotPool, ONE));
    const { pool } = await pools().load('a');
    expect(pool).toEqual({ v: 1, max: 2, holders: [{ ...TWO, zone: 'local-b' }], queue: [] });
  });

  test('of two that make the same pool, or change it, at once one wins', async () => {
    const fresh = await pools().load('b');
    const made = afterAsking(undefined, ONE, 1);
    const both = await Promise.all([1, 2].map(() => pools().write({ stored: fresh, pool: made })));
    expect(both.filter(Boolean)).toHaveLength(1);
    const stored = await pools().load('b');
    const left = afterLeaving(made, ONE);
    const changed = await Promise.all([1, 2].map(() => pools().write({ stored, pool: left })));
    expect(changed.filter(Boolean)).toHaveLength(1);
  });

  test('all of them are listed, under their names, each with what a write is conditioned on', async () => {
    const all = await pools().all();
    expect(all.map(({ name }) => name)).toEqual(['a', 'b']);
    for (const stored of all) expect(stored).toEqual(await pools().load(stored.name));
    const [first] = all;
    if (!first?.pool) throw new Error('no pool');
    expect(await pools().write({ stored: first, pool: first.pool })).toBe(true);
  });

  test('a pool of before, with ids of runs alone, is read in today’s form, and nothing of the old one stays', async () => {
    const document = connect().doc('slots/old');
    await document.set({ v: 1, max: 2, holders: ['one'], queue: ['two'], zones: { one: 'local-a' } });
    const stored = await pools().load('old');
    expect(stored.pool).toEqual({ v: 1, max: 2, holders: [{ ...ONE, zone: 'local-a' }], queue: [TWO] });
    expect(await pools().write({ stored, pool: afterLeaving(stored.pool as SlotPool, ONE) })).toBe(true);
    expect((await document.get()).data()).toEqual({ v: 1, max: 2, holders: [], queue: [TWO] });
  });
});
