// Why a VM could not be had, in codes of our own where none of Google's says it.
import type { VmFailure } from '@mymlops/protocol';

interface InternalFailure extends Pick<VmFailure, 'scope' | 'reason'> {
  /** There may have been a VM nevertheless, and it may have worked. */
  mayHaveExisted: boolean;
  /** It is the zone's fault: other zones are tried first, as after a stock-out. */
  isZonesFault: boolean;
  /** The next step, where that of the reason does not fit. */
  next?: string;
}

/** Its disk is in one zone, and no other one will do. */
const MADE_AGAIN = { scope: 'all', reason: 'invalid-machine', mayHaveExisted: false, isZonesFault: false } as const;

const INTERNAL_FAILURES = {
  /** An insert whose answer was lost left its disk alone. */
  diskLeft: { scope: 'zone', reason: 'lost', mayHaveExisted: false, isZonesFault: true },
  /** The name is somebody else's in that zone. */
  alreadyExists: { scope: 'zone', reason: 'lost', mayHaveExisted: false, isZonesFault: true },
  /** A user has attached the disk on which a VM is to be made again. */
  diskInUse: { ...MADE_AGAIN, next: 'Detach it there, then start it again.' },
  /** The VM of a user has the name of one that is to be made again, or started. */
  nameTaken: { ...MADE_AGAIN, next: 'Delete that VM without its disk, then start it again.' },
  /** mymlops was away until the intent was too old. The invocation that wrote it may have acted on it. */
  neverMade: { scope: 'zone', reason: 'lost', mayHaveExisted: true, isZonesFault: false },
  /** The zone did not say for too long what became of it. */
  unanswered: { scope: 'zone', reason: 'lost', mayHaveExisted: true, isZonesFault: true },
  /** Compute Engine made the VM and dropped its time limit. */
  noTimeLimit: { scope: 'all', reason: 'internal', mayHaveExisted: true, isZonesFault: false },
} satisfies Record<string, InternalFailure>;

export type InternalCode = keyof typeof INTERNAL_FAILURES;

/** Undefined for a code of Google's. */
export const internalFailure = (code: string): InternalFailure | undefined =>
  Object.hasOwn(INTERNAL_FAILURES, code) ? INTERNAL_FAILURES[code as InternalCode] : undefined;

/** Whether the failure, of ours or of Google's, speaks against the zone: others are tried before it. */
export const isZonesFault = (failure: Pick<VmFailure, 'code' | 'reason'> | undefined): boolean =>
  failure !== undefined && (internalFailure(failure.code)?.isZonesFault ?? failure.reason === 'no-capacity');

/** Whether `failure` is that one of ours. */
export const isInternal = (failure: VmFailure | undefined, code: InternalCode): boolean => failure?.code === code;
