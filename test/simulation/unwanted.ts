// What nothing wants goes soon.
import { LABELS } from '@mymlops/protocol';
import type { SimulatedVm } from './vm';
import type { World } from './world';

const MINUTE = 60_000;
/** An unwanted VM lives at most so long while sweeps work. */
const UNWANTED_MS = 15 * MINUTE;
/** What no run knows, also while nothing lives and the cloud is listed every fifth minute. */
const STRAY_MS = 20 * MINUTE;

/** VMs and disks that nothing wants, and since when: noted by the history once a minute. */
export function checkUnwanted(world: World, sinceMs: Map<string, number>): void {
  const { oracle, timeline, vms, disks } = world;
  const look = (key: string, isUnwanted: boolean, { zone, limitMs }: { zone: string; limitMs: number }): void => {
    if (!isUnwanted || isHindered(world, zone)) sinceMs.delete(key);
    else if (!sinceMs.has(key)) sinceMs.set(key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(key) ?? 0) > limitMs) {
      oracle.violate(`${key} lived on although nothing wanted it`);
    }
  };
  for (const vm of vms.values()) {
    if (vm.shown.labels[LABELS.deployment] !== 'mymlops') continue;
    const limitMs = vm.strayMs === undefined ? UNWANTED_MS : STRAY_MS;
    look(vm.key, !isWanted(world, vm), { zone: vm.shown.zone, limitMs });
  }
  for (const [key, { labels, zone }] of disks) {
    if (labels[LABELS.deployment] !== 'mymlops') continue;
    look(`disk ${key}`, !vms.has(key), { zone, limitMs: STRAY_MS });
  }
}

/** While the sweep, the acting function or the zone is away, nobody can see or delete what is there. */
function isHindered(world: World, zone: string): boolean {
  const { plan } = world;
  return plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        (fault.kind === 'zone-out' && fault.what === zone) ||
        (fault.kind === 'gets-fail' && fault.what === zone) ||
        fault.kind === 'delete-lies' ||
        fault.kind === 'bucket-out' ||
        fault.kind === 'list-misses') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + UNWANTED_MS,
  );
}

/** The oracle's own view of DESIGN 6: an attempt that goes on, one that is to push, one that its user keeps. */
function isWanted({ google, timeline }: World, { body, isCopy, isUnguarded, strayMs }: SimulatedVm): boolean {
  const state = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const number = Number(body.labels[LABELS.attempt]);
  const attempt = state?.attempts[number];
  if (!state || !attempt || attempt.goneAt || isCopy || strayMs !== undefined) return false;
  if (!state.end) return !isUnguarded && !attempt.givenUp && !attempt.insert?.failure;
  if (state.end.attempt !== number) return false;
  const sinceMs = timeline.nowMs - Date.parse(state.end.at);
  // A push has twenty minutes from the verdict, also on a VM without its time limit: what it has completed counts.
  if (state.publication?.state === 'pending') return sinceMs < 40 * MINUTE;
  return (
    !isUnguarded && attempt.outcome !== undefined && !state.cancel && sinceMs < (state.request?.keepSeconds ?? 0) * 1000
  );
}
