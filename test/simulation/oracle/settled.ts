// Where everything is settled, nothing is done: what is written or requested then is noticed.
import { INSTANCES } from '@mymlops/protocol';
import type { World } from '../model/world';

const MINUTE = 60_000;
/** What was under way when everything was settled may still end. */
const SETTLE_MS = MINUTE;
/** Two more sweeps at least. */
const WATCHED_MS = 2 * MINUTE;

/** Calls that change something, or have something changed. Reading and the sweep's own report are no effect. */
const EFFECTS = [
  'runs.create',
  'runs.update',
  'runs.remove',
  'runs.removeBelow',
  'toys.create',
  'toys.update',
  'instances.create',
  'instances.update',
  'slots.write',
  'probes.write',
  'orphanCandidates.mark',
  'orphanCandidates.drop',
  'deadLetters.write',
  'compute.insert',
  'compute.delete',
  'compute.deleteDisk',
  'compute.start',
  'compute.stop',
  'compute.setScheduling',
  'compute.setMetadata',
  'resultsBucket.write',
  'resultsBucket.create',
  'resultsBucket.removeAll',
  'liveBucket.removeAll',
  'snapshots.remove',
  'bus.ask',
  'bus.sendProbe',
];

export interface SettledWatch {
  /** Called once a minute. True once that has lasted; what was done meanwhile is a violation. */
  isOver(isSettled: boolean): boolean;
}

export function watchSettled(world: World): SettledWatch {
  let sinceMs: number | undefined;
  let before: string[] | undefined;
  return {
    isOver(isSettled) {
      const { nowMs } = world.timeline;
      if (!isSettled) {
        sinceMs = undefined;
        before = undefined;
        return false;
      }
      sinceMs ??= nowMs;
      if (nowMs - sinceMs < SETTLE_MS) return false;
      before ??= tracesOf(world);
      if (nowMs - sinceMs < SETTLE_MS + WATCHED_MS) return false;
      const changed = tracesOf(world).filter((trace) => !before?.includes(trace));
      for (const trace of changed) world.oracle.violate(`settled, and there was more to do: ${trace}`);
      return true;
    },
  };
}

/** How often each effect was called, and every document. */
function tracesOf({ callsByName, google }: World): string[] {
  const documents = [...google.documents].map(
    ([run, { version, state }]) => `${run} ${version} ${JSON.stringify(state)}`,
  );
  const others = ['toys', INSTANCES].map((name) => JSON.stringify([...google.collection(name).values()]));
  return [...EFFECTS.map((name) => `${callsByName.get(name) ?? 0} ${name}`), ...documents, ...others];
}
