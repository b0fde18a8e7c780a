// What belongs to one period of a VM must not be taken for another one's, and no period goes on without its time limit.
import { currentPeriod } from '@mymlops/protocol';
import { openPeriod, withPeriod } from '../../functions/src/engine/vm/record';
import type { ToyState } from '../fakes/toy-kind';
import { aToy, expectOff, expectOn, startByHand, stop, TOY, toyDeployment, type Toys } from './toys';

/** Its newest period, begun by us, is without its time limit: Compute Engine has dropped the limit that it got. */
async function startedWithoutLimit(): Promise<Toys> {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  Object.assign(toys.newest().found ?? {}, { maxRunDurationSeconds: undefined });
  toys.google.faults.dropsTimeLimit = true;
  await toys.request('start', 2);
  return toys;
}

test('started again without its time limit: stopped at once, seen down, its slot given back, and started again', async () => {
  const toys = await startedWithoutLimit();
  await toys.sweep(2);
  expectOff(toys);
  expect(currentPeriod(toys.newest().vm).start.failure).toMatchObject({ code: 'noTimeLimit' });
  toys.google.faults = {};
  await toys.request('start', 3);
  expectOn(toys, 3);
});

test('a stop that Compute Engine accepted and did not carry out is requested again', async () => {
  const toys = await startedWithoutLimit();
  const { found } = toys.newest();
  Object.assign(found ?? {}, { status: 'RUNNING' });
  await toys.sweep(9);
  expect(found?.status).toBe('RUNNING');
  await toys.sweep(3);
  expectOff(toys);
});

test('started again after somebody has deleted its VM: it is made again on its disk', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await stop(toys, 1);
  toys.google.vms.clear();
  await toys.request('start', 2);
  expectOn(toys, 2);
  expect(toys.google.disks.size).toBe(1);
  await stop(toys, 2);
});

test('started again after somebody has deleted its VM and disk: that start is over, another VM can take its place', async () => {
  const toys = toyDeployment();
  const { google } = toys;
  await toys.request('start', 1);
  await stop(toys, 1);
  google.vms.clear();
  google.disks.clear();
  await toys.request('start', 2);
  await toys.sweep();
  const { vm, isLive } = toys.newest();
  expect([currentPeriod(vm).down?.how, isLive, google.pools.get('toys')?.pool.holders]).toEqual(['gone', false, []]);
  await toys.request('replace', 1);
  await toys.request('start', 3);
  expectOn(toys, 1);
});

test('stopped and started by hand between two sweeps: another period, with its limit verified', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  startByHand(toys);
  await toys.sweep(3);
  expectOn(toys, 2);
  expect(toys.newest().vm.periods[1]?.down).toMatchObject({ how: 'stopped' });
  expect(toys.google.pools.get('toys')?.pool.holders).toEqual([aToy(TOY)]);
  await stop(toys, 2);
});

/** Its second period is begun and up, by whoever: as the document is when an invocation of the first one comes back. */
function begunAgain({ google, newest }: Toys): void {
  const kept = google.collection<ToyState>('toys').get(TOY);
  const { vm, found } = newest();
  if (!kept || !found) throw new Error('no toy');
  const at = new Date(google.nowMs).toISOString();
  const over = withPeriod(vm, { down: { at, how: 'stopped' } });
  const start = { at, actor: 'another', settledAt: at, startedAt: at, maxRunDurationSeconds: 7200 };
  Object.assign(found, { status: 'RUNNING', lastStartAt: at });
  kept.state = { ...kept.state, started: 2, vms: { 1: openPeriod(over, start) } };
  kept.version++;
}

test('a stop that comes back when its period is over does not count as the stop of the next one', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  toys.google.calls.after = (name) => {
    if (name !== 'compute.stop') return;
    toys.google.calls.after = () => {};
    begunAgain(toys);
  };
  await toys.request('stop', 1);
  const { vm } = toys.newest();
  expect([vm.periods[1]?.stop, vm.periods[2]?.stop]).toEqual([expect.objectContaining({ tries: 1 }), undefined]);
  await toys.sweep();
  expectOn(toys, 2);
  await stop(toys, 2);
});

test('a look at the time limit that comes back when its period is over tells nothing of the next one', async () => {
  const toys = toyDeployment();
  toys.google.calls.after = (name) => {
    const isLook = name === 'compute.get' && toys.newest().vm.periods[1]?.start.settledAt !== undefined;
    if (!isLook) return;
    toys.google.calls.after = () => {};
    begunAgain(toys);
    Object.assign(toys.newest().found ?? {}, { maxRunDurationSeconds: 1 });
  };
  await toys.request('start', 1);
  expect(toys.newest().vm.periods[1]).toMatchObject({ timeLimitVerifiedAt: expect.any(String) });
  await toys.sweep(2);
  expect(toys.newest().vm.periods[2]).not.toHaveProperty('timeLimitVerifiedAt');
  expectOff(toys);
});

test('a sweep that comes back when the next period has begun does not take that one for over', async () => {
  const toys = toyDeployment();
  await toys.request('start', 1);
  await toys.request('stop', 1);
  toys.google.calls.after = (name) => {
    if (name !== 'compute.operationsOn') return;
    toys.google.calls.after = () => {};
    begunAgain(toys);
  };
  await toys.sweep();
  expectOn(toys, 2);
});
