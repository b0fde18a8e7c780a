// Firestore in memory: writes are conditioned on what was read, and several documents change together or not at all.
import { isDeepStrictEqual } from 'node:util';
import { removeAfterOf } from '../../functions/src/engine/run/retention';
import { summarize } from '../../functions/src/engine/run/status';
import type { LimitChange, Runs, StoredLimit } from '../../functions/src/ports';
import { copyOf } from './copy';
import type { FakeGoogle, Gate } from './google';

function storedLimit({ limits }: FakeGoogle, scope: string): StoredLimit {
  const found = limits.get(scope);
  return found ? { scope, limit: found.limit, version: String(found.version) } : { scope };
}

function isUnchanged({ limits }: FakeGoogle, { stored }: LimitChange): boolean {
  const found = limits.get(stored.scope);
  return (found && String(found.version)) === stored.version;
}

function writeLimit({ limits }: FakeGoogle, { stored, limit }: LimitChange): true {
  limits.set(stored.scope, { limit: copyOf(limit), version: Number(stored.version ?? 0) + 1 });
  return true;
}

export function fakeRuns(google: FakeGoogle, gate: Gate): Runs {
  const { documents, events } = google;
  return {
    load: (run) =>
      gate('runs.load', () => {
        const found = documents.get(run);
        return found && { run, state: found.state, version: String(found.version), updatedAt: found.updatedAt };
      }),
    create: (run, state) =>
      gate('runs.create', () => {
        if (google.removed.has(run)) return 'removed';
        if (documents.has(run)) return 'exists';
        documents.set(run, {
          state: copyOf(state),
          version: 1,
          updatedAt: new Date(google.nowMs).toISOString(),
        });
        return 'created';
      }),
    removeBelow: () => gate('runs.removeBelow', () => events.clear()),
    remove: (stored, tombstone) =>
      gate('runs.remove', () => {
        if (String(documents.get(stored.run)?.version) !== stored.version) return false;
        documents.delete(stored.run);
        google.removed.set(stored.run, tombstone);
        return true;
      }),
    isRemoved: (run) => gate('runs.isRemoved', () => google.removed.has(run)),
    loadLimit: (scope) => gate('runs.loadLimit', () => storedLimit(google, scope)),
    limits: () => gate('runs.limits', () => [...google.limits.keys()].map((scope) => storedLimit(google, scope))),
    writeLimit: (change) => gate('runs.writeLimit', () => isUnchanged(google, change) && writeLimit(google, change)),
    update: (stored, state, { audit, moved = {}, limits = [] } = {}) =>
      gate('runs.update', () => {
        const found = documents.get(stored.run);
        if (!found || String(found.version) !== stored.version) return false;
        if (!limits.every((change) => isUnchanged(google, change))) return false;
        for (const change of limits) writeLimit(google, change);
        if (audit && !events.has(audit.id)) events.set(audit.id, audit.document);
        // A write that changes nothing leaves the update time as it is.
        const version = found.version + (isDeepStrictEqual(found.state, state) ? 0 : 1);
        for (const [number, attempt] of Object.entries(moved)) google.moved.set(`${stored.run}/${number}`, attempt);
        const updatedAt = new Date(google.nowMs).toISOString();
        documents.set(stored.run, { state: copyOf(state), version, updatedAt });
        return true;
      }),
    async *live() {
      const live = await gate('runs.live', () =>
        [...documents].flatMap(([run, { state, version, updatedAt }]) =>
          summarize(state, 'b').live ? [{ run, state, version: String(version), updatedAt }] : [],
        ),
      );
      yield* live;
    },
    hasLive: () => gate('runs.hasLive', () => [...documents.values()].some(({ state }) => summarize(state, 'b').live)),
    expired: (at) =>
      gate('runs.expired', () =>
        [...documents].flatMap(([run, { state }]) => ((removeAfterOf(state) ?? '9') <= at ? [run] : [])),
      ),
    canary: () => gate('runs.canary', () => google.canary),
    writeCanary: (canary) => gate('runs.writeCanary', () => void (google.canary = canary)),
  };
}
