// An attempt whose VM is gone is missed soon: by the sweep, which looks every minute.
import { isDown } from '../fakes/vm-status';
import type { Attempt, RunState } from '@mymlops/protocol';
import type { World } from './world';

/** A few sweeps. */
const MISSED_MS = 6 * 60_000;

/** Attempts whose VM is not there, and since when: noted by the history once a minute. */
export function checkMissed(world: World, sinceMs: Map<string, number>): void {
  const { google, timeline, oracle } = world;
  for (const [run, { state }] of google.documents) {
    for (const [number, attempt] of Object.entries(state.attempts)) {
      const key = `${run}/${number}`;
      if (!mayBeMissed(state, attempt) || isThere(world, attempt) || isHindered(world, attempt)) sinceMs.delete(key);
      else if (!sinceMs.has(key)) sinceMs.set(key, timeline.nowMs);
      else if (timeline.nowMs - (sinceMs.get(key) ?? 0) > MISSED_MS) {
        oracle.violate(`the VM of attempt ${number} of ${run} is gone, and nobody misses it`);
      }
    }
  }
}

/** It goes on, as far as the deployment knows, and has its VM. */
function mayBeMissed({ request, end }: RunState, attempt: Attempt): boolean {
  const { stopped, goneAt, closedAt, outcome, insert, reports } = attempt;
  const isMade = reports !== undefined || (insert?.settledAt !== undefined && !insert.failure);
  return request !== undefined && !end && !stopped && !goneAt && !closedAt && !outcome && isMade;
}

/** Another one of its name, which somebody else has made, is not it. */
function isThere({ vms, strangers }: World, { decided }: Attempt): boolean {
  const key = `${decided.zone}/${decided.vm}`;
  const vm = strangers.has(key) ? undefined : vms.get(key);
  return vm !== undefined && !isDown(vm.shown);
}

/** The sweep is away, cannot see, or has died of a call just now. */
function isHindered(world: World, { decided: { zone } }: Attempt): boolean {
  const { plan, timeline, hinderedMs } = world;
  if (timeline.nowMs - hinderedMs < MISSED_MS) return true;
  return plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        fault.kind === 'list-misses' ||
        ((fault.kind === 'zone-out' || fault.kind === 'gets-fail') && fault.what === zone)) &&
      fault.fromMs <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs,
  );
}
