// How an insert fails in our own words, where none of Google's codes says it.
import type { InsertFailure } from '@mymlops/protocol';

interface OwnFailure extends Pick<InsertFailure, 'scope' | 'reason'> {
  /** It does not say that there was no VM, which may have worked all the same. */
  mayHaveHadVm: boolean;
}

const OWN_FAILURES = {
  /** An insert whose answer was lost left its disk alone. */
  diskLeft: { scope: 'zone', reason: 'no-capacity', mayHaveHadVm: false },
  /** The name is somebody else's in that zone. */
  alreadyExists: { scope: 'zone', reason: 'no-capacity', mayHaveHadVm: false },
  /** mymlops was away until the intent was too old. Who wrote it may have acted on it. */
  neverMade: { scope: 'zone', reason: 'lost', mayHaveHadVm: true },
  /** The zone did not say for too long what became of it. */
  unanswered: { scope: 'zone', reason: 'no-capacity', mayHaveHadVm: true },
  /** Compute Engine made the VM and dropped what bounds its life. */
  unguarded: { scope: 'all', reason: 'internal', mayHaveHadVm: true },
} satisfies Record<string, OwnFailure>;

export type OwnCode = keyof typeof OWN_FAILURES;

/** Undefined for a code of Google's. */
export const ownFailure = (code: string): OwnFailure | undefined =>
  Object.hasOwn(OWN_FAILURES, code) ? OWN_FAILURES[code as OwnCode] : undefined;

/** Whether `failure` is that one of ours. */
export const isOwn = (failure: InsertFailure | undefined, code: OwnCode): boolean => failure?.code === code;
