// Slots are taken from nobody who may still need them.
import { DEPLOYMENT_POOL, profilePool, type SlotPool } from '@mymlops/protocol';
import { freeSlot } from '../../functions/src/control/free-slot';
import { runKind } from '../../functions/src/engine/run/kind';
import { aRun } from '../effects/task';
import { BUCKETS } from '../fakes/buckets';
import { aRef, RUN } from '../fakes/builders';
import { fakeGoogle, type FakeGoogle } from '../fakes/google';

const NEXT = aRef('20261121-110000-zzzz');
const request = { v: 1 as const, type: 'free-slot' as const, kind: 'run', id: RUN };
const poolOf = (overrides: Partial<SlotPool> = {}): SlotPool => ({
  v: 1,
  max: 1,
  holders: [aRef()],
  queue: [NEXT],
  ...overrides,
});

function withPools(pools: Record<string, SlotPool>, state?: ReturnType<typeof aRun>): FakeGoogle {
  const google = fakeGoogle();
  for (const [name, pool] of Object.entries(pools)) google.pools.set(name, { pool, version: 1 });
  if (state) google.documents.set(RUN, { state, summary: runKind.summarize(state, { buckets: BUCKETS }), version: 1 });
  return google;
}

test.each([
  ['does not exist', undefined],
  ['is settled', { ...aRun(), cleanedAt: '2026-11-21T10:00:00.000Z' }],
])('a run that %s gives up each slot, and those whose turn it is are called', async (_what, state) => {
  const google = withPools({ [DEPLOYMENT_POOL]: poolOf(), [profilePool('gpu')]: poolOf({ queue: [] }) }, state);
  await freeSlot(request, google.context);
  expect([...google.pools.values()].map(({ pool }) => pool.holders)).toEqual([[], []]);
  expect(google.queue).toEqual([{ v: 1, type: 'advance', ...NEXT }]);
});

test('so does one that only stood in the queue, before another', async () => {
  const google = withPools({ [DEPLOYMENT_POOL]: poolOf({ max: 2, holders: [aRef('x')], queue: [aRef(), NEXT] }) });
  await freeSlot(request, google.context);
  expect(google.pools.get(DEPLOYMENT_POOL)?.pool).toMatchObject({ holders: [aRef('x')], queue: [NEXT] });
  expect(google.queue).toHaveLength(1);
});

test('a live run keeps its slots, whoever asks', async () => {
  const google = withPools({ [DEPLOYMENT_POOL]: poolOf() }, aRun());
  await freeSlot(request, google.context);
  expect(google.pools.get(DEPLOYMENT_POOL)?.pool.holders).toEqual([aRef()]);
});

test('a document of another kind with the same id, and a kind that nobody knows, are left alone', async () => {
  const toy = aRef(RUN, 'toy');
  const google = withPools({ toys: poolOf({ holders: [toy] }) });
  await freeSlot(request, google.context);
  await freeSlot({ ...request, kind: 'nobody' }, google.context);
  expect(google.pools.get('toys')?.pool.holders).toEqual([toy]);
});

test('a pool that was changed meanwhile is an error, for another delivery; nobody is called for it', async () => {
  const google = withPools({ [DEPLOYMENT_POOL]: poolOf() });
  google.calls.before = (name) => {
    if (name === 'slots.write') google.pools.set(DEPLOYMENT_POOL, { pool: poolOf({ max: 2 }), version: 2 });
  };
  await expect(freeSlot(request, google.context)).rejects.toThrow('was changed meanwhile');
  expect(google.queue).toEqual([]);
});
