// VMs and disks that nothing needs are deleted soon.
import { LABELS } from '@mymlops/protocol';
import { periodOf } from './recorded';
import { isInstances } from '../model/instance-labels';
import { isToys } from '../model/toy-labels';
import { isInstanceKept } from './instance';
import { isDiskKept } from './toy';
import type { SimulatedVm } from '../model/vm';
import type { World } from '../model/world';

const MINUTE = 60_000;
/** A VM that nothing needs lives at most so long while sweeps work. */
const UNNEEDED_MS = 15 * MINUTE;
/** What no run knows, also while nothing lives and the cloud is listed every fifth minute. */
const ORPHAN_MS = 20 * MINUTE;

/** VMs and disks that nothing needs, and since when: noted by the history once a minute. */
export function checkUnneeded(world: World, sinceMs: Map<string, number>): void {
  const { oracle, timeline, vms, disks } = world;
  const look = (key: string, isUnneeded: boolean, { zone, limitMs }: { zone: string; limitMs: number }): void => {
    if (!isUnneeded || isHindered(world, zone)) sinceMs.delete(key);
    else if (!sinceMs.has(key)) sinceMs.set(key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(key) ?? 0) > limitMs) {
      oracle.violate(`${key} lived on although nothing needed it`);
    }
  };
  // Another one may get the name later.
  for (const key of sinceMs.keys()) {
    const isThere = key.startsWith('disk ') ? disks.has(key.slice('disk '.length)) : vms.has(key);
    if (!isThere) sinceMs.delete(key);
  }
  for (const vm of vms.values()) {
    if (vm.shown.labels[LABELS.deployment] !== 'mymlops' || isToys(vm.shown) || isInstances(vm.shown)) continue;
    const limitMs = vm.orphanMs === undefined ? UNNEEDED_MS : ORPHAN_MS;
    look(vm.key, !isNeeded(world, vm), { zone: vm.shown.zone, limitMs });
  }
  for (const [key, { labels, zone }] of disks) {
    if (labels[LABELS.deployment] !== 'mymlops' || isDiskKept(world, key) || isInstanceKept(world, key)) continue;
    look(`disk ${key}`, !vms.has(key), { zone, limitMs: ORPHAN_MS });
  }
}

/** While the sweep, the acting function or the zone is away, nobody can see or delete what is there. */
function isHindered(world: World, zone: string): boolean {
  const { plan } = world;
  return plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        fault.kind === 'refused' ||
        (fault.kind === 'zone-out' && fault.what === zone) ||
        (fault.kind === 'gets-fail' && fault.what === zone) ||
        fault.kind === 'delete-lies' ||
        fault.kind === 'bucket-out' ||
        fault.kind === 'list-misses') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + UNNEEDED_MS,
  );
}

/** The oracle's own view of DESIGN 6: an attempt that goes on, one that is to push, one that its user keeps. */
function isNeeded({ google, timeline }: World, { body, isCopy, lacksTimeLimit, orphanMs }: SimulatedVm): boolean {
  const state = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const number = Number(body.labels[LABELS.attempt]);
  const attempt = state?.attempts[number];
  if (!state || !attempt || attempt.vm.goneAt || isCopy || orphanMs !== undefined) return false;
  if (!state.end) return !lacksTimeLimit && !attempt.givenUp && !periodOf(attempt).start.failure;
  if (state.end.attempt !== number) return false;
  const sinceMs = timeline.nowMs - Date.parse(state.end.at);
  // A push has twenty minutes from the result, also on a VM without its time limit: what it has completed counts.
  if (state.publication?.state === 'pending') return sinceMs < 40 * MINUTE;
  return (
    !lacksTimeLimit &&
    attempt.outcome !== undefined &&
    !state.cancel &&
    sinceMs < (state.request?.keepSeconds ?? 0) * 1000
  );
}
