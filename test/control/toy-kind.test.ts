// A second kind goes through the same loops as runs do: powered on and off, started by hand, replaced, deleted.
import { currentPeriod } from '@mymlops/protocol';
import type { ToyState } from '../fakes/toy-kind';
import { aToy, expectOff, expectOn, startByHand, stop, TOY, toyDeployment, type Toys } from './toys';

async function startedSevenTimes(): Promise<Toys> {
  const toys = toyDeployment();
  await toys.request('start', 1);
  expectOn(toys, 1);
  for (let number = 1; number <= 7; number++) {
    await stop(toys, number);
    await toys.request('start', number + 1);
    expectOn(toys, number + 1);
  }
  return toys;
}

test('powered off and on again seven times: a period each, its time limit verified anew, one VM and one disk', async () => {
  const { google } = await startedSevenTimes();
  expect([google.vms.size, google.disks.size]).toEqual([1, 1]);
  expect([...google.created.values()]).toEqual([1]);
});

test('the same requests again, in any order, change nothing', async () => {
  const toys = await startedSevenTimes();
  for (const number of [3, 8, 1]) await toys.request('start', number);
  for (const number of [2, 7]) await toys.request('stop', number);
  expectOn(toys, 8);
});

test('its free disk survives a hundred sweeps, and no sweep writes to it', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  const kept = toys.google.collection<ToyState>('toys').get(TOY);
  await toys.sweep(100);
  expectOff(toys);
  expect(toys.google.collection<ToyState>('toys').get(TOY)?.version).toBe(kept?.version);
  expect([...toys.google.orphanCandidates.values()]).toEqual([]);
});

test('started by hand in the console: a period like any other, with its limit verified, that can be stopped', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  const { found } = toys.newest();
  if (!found) throw new Error('no VM');
  toys.google.nowMs += 60_000;
  Object.assign(found, { status: 'RUNNING', lastStartAt: new Date(toys.google.nowMs).toISOString() });
  await toys.sweep(5);
  expectOn(toys, 2);
  expect(currentPeriod(toys.newest().vm).start.actor).toBe('console');
  await stop(toys, 2);
});

test('started by hand before any sweep saw that it was off: the period that was stopped is over, and another one begins', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await toys.request('stop', 1);
  startByHand(toys);
  await toys.sweep(5);
  expectOn(toys, 2);
  expect(toys.newest().vm.periods[1]?.down).toMatchObject({ how: 'stopped' });
  await stop(toys, 2);
});

test('started by hand after a start that failed: a period like any other', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  toys.google.faults.startFails = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };
  await toys.request('start', 2);
  expect(currentPeriod(toys.newest().vm).start.failure).toMatchObject({ reason: 'no-capacity' });
  startByHand(toys);
  await toys.sweep(5);
  expectOn(toys, 3);
  await stop(toys, 3);
});

test('replaced by a VM in another zone: the old one goes when the new one is up, and its disk a while later', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  const before = toys.newest().vm;
  await toys.request('replace', 1);
  await toys.request('start', 2);
  expectOn(toys, 1);
  const { vm, number } = toys.newest();
  expect([number, vm.zone === before.zone]).toEqual([2, false]);
  await toys.sweep(2);
  const namesOf = (all: Map<string, { name: string }>) => [...all.values()].map(({ name }) => name);
  expect([namesOf(toys.google.vms), namesOf(toys.google.disks)]).toEqual([[vm.name], [before.name, vm.name]]);
  await toys.sweep(10);
  expect([namesOf(toys.google.vms), namesOf(toys.google.disks)]).toEqual([[vm.name], [vm.name]]);
});

test.each([
  ['on', async (): Promise<Toys> => startedSevenTimes()],
  [
    'off',
    async (): Promise<Toys> => {
      const toys = toyDeployment();
      await toys.request('start', 1);
      await stop(toys, 1);
      return toys;
    },
  ],
])('deleted while it is %s: VM and disk are gone, its slot is free', async (_state, make) => {
  const toys = await make();
  await toys.request('delete');
  await toys.sweep();
  const { google } = toys;
  expect([google.vms.size, google.disks.size]).toEqual([0, 0]);
  expect(google.pools.get('toys')?.pool.holders).toEqual([]);
  expect(google.collection<ToyState>('toys').get(TOY)?.state.cleanedAt).toBeDefined();
});

test('the second of two waits for a slot, and has it when the first is off', async () => {
  const toys = toyDeployment();
  const { google } = toys;
  google.pools.set('toys', { pool: { v: 1, max: 2, holders: ['a', 'b'].map(aToy), queue: [] }, version: 1 });
  await toys.request('start', 1);
  expect(google.vms.size).toBe(0);
  // Nobody of that name is live: the sweep gives their slots back.
  await toys.sweep(2);
  expectOn(toys, 1);
});

test('the sweep requested an advance of a waiting toy every minute, because its effect has another name than that of runs', async () => {
  const toys = toyDeployment();
  const { google } = toys;
  const handled = ['a', 'b', 'c'].map((id) => ({ type: 'toy-start', id, number: 1 }));
  google.queue.push(...handled);
  await toys.sweep(2);
  expect(google.pools.get('toys')?.pool).toMatchObject({ holders: ['a', 'b'].map(aToy), queue: [aToy('c')] });
  await toys.sweep(3);
  expect(google.sweeps.slice(-3).map(({ advanced, live }) => [advanced, live['toy']])).toEqual([
    [[], 3],
    [[], 3],
    [[], 3],
  ]);
});

test('seen down for another reason, such as its time limit: it stays off until somebody starts it', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  const { found } = toys.newest();
  if (!found) throw new Error('no VM');
  found.status = 'TERMINATED';
  await toys.sweep(3);
  expectOff(toys);
  await toys.request('start', 2);
  expectOn(toys, 2);
});
