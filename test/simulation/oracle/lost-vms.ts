// That an attempt's VM is gone is noticed soon: by the sweep, which looks every minute.
import type { Attempt, RunState } from '@mymlops/protocol';
import { isDown } from '../../fakes/vm-status';
import { isMade, periodOf } from './recorded';
import type { World } from '../model/world';

/** A few sweeps. */
const NOTICED_MS = 6 * 60_000;

/** Attempts whose VM is not there, and since when: noted by the history once a minute. */
export function checkLostVms(world: World, sinceMs: Map<string, number>): void {
  const { google, timeline, oracle } = world;
  for (const [run, { state }] of google.documents) {
    for (const [number, attempt] of Object.entries(state.attempts)) {
      const key = `${run}/${number}`;
      if (!mayBeLost(state, attempt) || isThere(world, attempt) || isHindered(world, attempt)) sinceMs.delete(key);
      else if (!sinceMs.has(key)) sinceMs.set(key, timeline.nowMs);
      else if (timeline.nowMs - (sinceMs.get(key) ?? 0) > NOTICED_MS) {
        oracle.violate(`the VM of attempt ${number} of ${run} is gone, and nobody has noticed`);
      }
    }
  }
}

/** It goes on, as far as the deployment knows, and has its VM. */
function mayBeLost({ request, end }: RunState, attempt: Attempt): boolean {
  const { vm, outcome } = attempt;
  const { down, reports } = periodOf(attempt);
  const hasVm = reports !== undefined || isMade(attempt);
  return request !== undefined && !end && !down && !vm.goneAt && !vm.fencedAt && !outcome && hasVm;
}

/** Another one of its name, which somebody else has made, is not it. */
function isThere({ vms, foreignVms }: World, { vm: { zone, name } }: Attempt): boolean {
  const key = `${zone}/${name}`;
  const vm = foreignVms.has(key) ? undefined : vms.get(key);
  return vm !== undefined && !isDown(vm.shown);
}

/** The sweep is away, cannot see, or has died of a call just now. */
function isHindered(world: World, { vm: { zone } }: Attempt): boolean {
  const { plan, timeline, hinderedMs } = world;
  if (timeline.nowMs - hinderedMs < NOTICED_MS) return true;
  return plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        fault.kind === 'refused' ||
        fault.kind === 'list-misses' ||
        ((fault.kind === 'zone-out' || fault.kind === 'gets-fail') && fault.what === zone)) &&
      fault.fromMs <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs,
  );
}
