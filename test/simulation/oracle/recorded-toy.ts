// What the toy's document says of its VMs, read without the code that is on trial.
import type { Period } from '@mymlops/protocol';
import { DISK_KEPT_MS, type ToyState } from '../../fakes/toy-kind';
import { newestOf } from '../model/toy';
import { periodsOf, wasMade } from './recorded-vm';

/** The user has ended every period that there is. */
export const isStopped = (toy: ToyState): boolean =>
  Object.values(toy.vms).reduce((sum, vm) => sum + periodsOf(vm).length, 0) <= toy.stopped;

/** The user needs it: the newest VM, and an earlier one until its successor was up. */
export const isNeeded = (toy: ToyState, number: number): boolean =>
  !toy.deleting && successorMs(toy, number) === Infinity;

/** A disk is kept for a while longer, though its VM is gone. */
export const isDiskNeeded = (toy: ToyState, number: number, nowMs: number): boolean =>
  !toy.deleting && nowMs < successorMs(toy, number) + DISK_KEPT_MS;

function successorMs({ vms }: ToyState, number: number): number {
  const made = Object.entries(vms).filter(([later, vm]) => Number(later) > number && wasMade(vm));
  return Math.min(...made.map(([, { periods }]) => Date.parse(periods[1]?.start.settledAt ?? '')));
}

export const isNewest = (toy: ToyState, number: number | undefined): boolean => number === newestOf(toy);

/** Nobody could see that Compute Engine dropped its limit before it was on. */
export const lacksLimit = ({ start }: Period): boolean => start.failure?.code === 'noTimeLimit';
