// A toy in a Google in memory: requests of its user, sweeps, and how its newest VM is.
import { currentPeriod } from '@mymlops/protocol';
import { handleRequest } from '../../functions/src/handlers/request';
import { handleSweep } from '../../functions/src/handlers/sweep';
import { KINDS } from '../../functions/src/control/kinds';
import { aMessage, aRef } from '../fakes/builders';
import { fakeGoogle } from '../fakes/google';
import { toyKind, type ToyState } from '../fakes/toy-kind';

export const TOY = 'doll';
export const aToy = (id: string) => aRef(id, 'toy');

export function toyDeployment() {
  const google = fakeGoogle([...KINDS, toyKind]);
  const { context, queue } = google;
  const time = (): string => new Date(google.nowMs).toISOString();
  const settle = async (): Promise<void> => {
    for (let message = queue.shift(); message; message = queue.shift()) {
      google.nowMs += 1000;
      await handleRequest(aMessage(message, time()), context);
    }
  };
  const newest = () => {
    const toy = google.collection<ToyState>('toys').get(TOY);
    if (!toy) throw new Error('no toy');
    const number = Math.max(...Object.keys(toy.state.vms).map(Number));
    const vm = toy.state.vms[number];
    const [found] = [...google.vms.values()].filter(({ name }) => name === vm?.name);
    if (!vm) throw new Error('no VM');
    return { vm, found, number, isLive: toy.summary.live };
  };
  return {
    google,
    newest,
    async request(type: string, number?: number): Promise<void> {
      queue.push({ type: `toy-${type}`, id: TOY, ...(number !== undefined && { number }) });
      await settle();
    },
    async sweep(times = 1): Promise<void> {
      for (let left = times; left > 0; left--) {
        google.nowMs += 60_000;
        await handleSweep(aMessage({ v: 1, type: 'tick' }, time()), context);
        await settle();
      }
    },
  };
}

export type Toys = ReturnType<typeof toyDeployment>;

/** The newest VM is on, in its period `number`, and its time limit was read back in this period. */
export function expectOn({ newest }: Toys, number: number): void {
  const { vm, found } = newest();
  expect(Object.keys(vm.periods)).toHaveLength(number);
  expect(found?.status).toBe('RUNNING');
  expect(found).toMatchObject({ terminationAction: 'STOP', maxRunDurationSeconds: 7200 });
  expect(currentPeriod(vm)).toMatchObject({ timeLimitVerifiedAt: expect.any(String) });
  expect(currentPeriod(vm).down).toBeUndefined();
}

/** It is off with its disk, holds no slot, and no sweep reads it. */
export function expectOff({ google, newest }: Toys): void {
  const { vm, found, isLive } = newest();
  expect(found?.status).toBe('TERMINATED');
  expect(currentPeriod(vm).down).toMatchObject({ how: 'stopped' });
  expect(google.disks.has(`${vm.zone}/${vm.name}`)).toBe(true);
  expect(google.pools.get('toys')?.pool.holders).toEqual([]);
  expect(isLive).toBe(false);
}

export async function stop(toys: Toys, number: number): Promise<void> {
  await toys.request('stop', number);
  await toys.sweep();
  expectOff(toys);
}

/** Somebody starts it in the console; one that is on, after they have stopped it there. */
export function startByHand({ google, newest }: Toys): void {
  const { found } = newest();
  if (!found) throw new Error('no VM');
  google.nowMs += 60_000;
  Object.assign(found, { status: 'RUNNING', lastStartAt: new Date(google.nowMs).toISOString() });
}
