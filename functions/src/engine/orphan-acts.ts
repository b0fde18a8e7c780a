// How the orphan rule meets a kind: what its documents tell of a VM or disk, and what becomes of an orphan of that kind. Pure.
import type { Kind, KindState } from './kind';
import type { FoundResource, History } from './orphans';

/** The word of `kind`, with a document of it, on a resource. */
export function historyOf(kind: Kind, state: KindState, found: FoundResource, nowMs: number): History {
  return {
    ...{ known: true, resources: kind.resources(state, nowMs), isSettled: kind.isSettled(state) },
    ...(kind.hasDeleted && { mayDelete: kind.hasDeleted(state, found) }),
  };
}

/** An orphan after the grace period: a disk with work in it is never deleted, and its VM is switched off. */
export function orphanAct(found: Pick<FoundResource, 'resource'>, kind: Kind | undefined): 'delete' | 'stop' | 'keep' {
  if (!kind?.hasDeleted) return 'delete';
  return found.resource === 'vm' ? 'stop' : 'keep';
}
