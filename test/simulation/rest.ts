// At rest nothing is done: what is written or asked for once everything has come to its end is noticed.
import type { World } from './world';

const MINUTE = 60_000;
/** What was under way when the rest began may still end. */
const SETTLE_MS = MINUTE;
/** Two more sweeps at least. */
const WATCHED_MS = 2 * MINUTE;

/** Calls that change something, or have something changed. Reading and the sweep's own report are no effect. */
const EFFECTS = [
  'runs.create',
  'runs.update',
  'runs.remove',
  'runs.removeBelow',
  'runs.writeLimit',
  'runs.writeCanary',
  'sweeps.markSuspect',
  'sweeps.dropSuspect',
  'sweeps.writeDeadLetter',
  'cloud.insert',
  'cloud.delete',
  'cloud.deleteDisk',
  'cloud.start',
  'cloud.stop',
  'cloud.setScheduling',
  'cloud.setMetadata',
  'results.write',
  'results.create',
  'results.removeAll',
  'bus.ask',
  'bus.sendCanary',
];

export interface RestWatch {
  /** Called once a minute. True once the rest has lasted; what was done in it is a violation. */
  isOver(isAtRest: boolean): boolean;
}

export function watchRest(world: World): RestWatch {
  let sinceMs: number | undefined;
  let before: string[] | undefined;
  return {
    isOver(isAtRest) {
      const { nowMs } = world.timeline;
      if (!isAtRest) {
        sinceMs = undefined;
        before = undefined;
        return false;
      }
      sinceMs ??= nowMs;
      if (nowMs - sinceMs < SETTLE_MS) return false;
      before ??= tracesOf(world);
      if (nowMs - sinceMs < SETTLE_MS + WATCHED_MS) return false;
      const changed = tracesOf(world).filter((trace) => !before?.includes(trace));
      for (const trace of changed) world.oracle.violate(`at rest there was more to do: ${trace}`);
      return true;
    },
  };
}

/** How often each effect was asked for, and every document. */
function tracesOf({ callsByName, google }: World): string[] {
  const documents = [...google.documents].map(
    ([run, { version, state }]) => `${run} ${version} ${JSON.stringify(state)}`,
  );
  return [...EFFECTS.map((name) => `${callsByName.get(name) ?? 0} ${name}`), ...documents];
}
