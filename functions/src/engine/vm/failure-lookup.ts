// Looks up an answer of Google's in the table of `google-failures.ts`, and decides itself only for a code that the table does
// not have. Pure.
import { CAUSES, NEXT_STEPS, type VmFailure, type VmRecord } from '@mymlops/protocol';
import { GOOGLE_FAILURES, type GoogleFailure } from './google-failures';
import { internalFailure } from './internal-failures';
import { insertOf } from './record';

/** An answer of Google's: of a call that it refused, or of an operation that failed. */
export interface GoogleAnswer {
  code: string;
  message: string;
  httpStatus?: number;
}

export interface Classified extends Pick<VmFailure, 'scope' | 'reason'> {
  /** The fact, in a sentence. */
  cause: string;
  /** The next step, where no other zone may do. */
  next: string;
  /** False for a code that nobody has met yet: its status decides, and it is logged. */
  isKnown: boolean;
}

export function classifyFailure(answer: GoogleAnswer): Classified {
  const { code, httpStatus } = answer;
  const internal = internalFailure(code);
  if (internal) {
    const { scope, reason, next = NEXT_STEPS[reason] } = internal;
    return { scope, reason, cause: CAUSES[reason], next, isKnown: true };
  }
  const row = rowOf(answer);
  if (!row) return { ...byStatus(httpStatus), isKnown: false };
  const { scope, reason, cause, next = NEXT_STEPS[reason] } = row;
  return { scope, reason, cause, next, isKnown: true };
}

const rowOf = ({ code, message, httpStatus }: GoogleAnswer): GoogleFailure | undefined =>
  GOOGLE_FAILURES.find(
    (each) =>
      each.code.test(code) &&
      (each.message === undefined || each.message.test(message)) &&
      (each.status === undefined || (httpStatus !== undefined && each.status.includes(httpStatus))),
  );

/** A VM of ours that ends may give it back: a quota, unless there is none at all. */
export const mayComeBack = (failure: VmFailure): boolean =>
  failure.reason === 'quota' && rowOf(failure)?.isZero !== true;

/** Too late, in conflict with another call, too many calls: the next try may do better. */
const PASSES: readonly number[] = [408, 409, 429];

/** Google says with 4xx that it will not make such a VM anywhere; with 5xx, or with nothing, that this zone is in trouble. */
function byStatus(status: number | undefined): Omit<Classified, 'isKnown'> {
  const cause = 'Google refused the VM for a cause that mymlops does not know.';
  const as = (scope: VmFailure['scope'], reason: VmFailure['reason']) => ({
    ...{ scope, reason, cause },
    next: NEXT_STEPS[reason],
  });
  if (status !== undefined && PASSES.includes(status)) return as('zone', 'no-capacity');
  if (status === 401 || status === 403) return as('all', 'permission');
  return status !== undefined && status >= 400 && status < 500
    ? as('all', 'invalid-machine')
    : as('zone', 'no-capacity');
}

/** The fact with Google's own words, and the next step. A failure of ours is a sentence itself. */
export function failureWords(
  { zone, machine }: Pick<VmRecord, 'zone' | 'machine'>,
  failure: VmFailure,
): { message: string; next: string } {
  const { code, message, reason } = failure;
  const known = classifyFailure(failure);
  const next = known.isKnown ? known.next : NEXT_STEPS[reason];
  if (internalFailure(code)) return { message: `${message}.`, next };
  const fact = known.cause.replace('{zone}', zone).replace('{machineType}', machine);
  return { message: `${fact.slice(0, -1)} (${code}: ${message}).`, next };
}

/** After so many VMs that failed in a row with one unknown code, it is not the zone's trouble. */
const SAME_UNKNOWN = 5;

/**
 * The same code that nobody has met ended one insert after the other: no zone will do. Google's own trouble (5xx) counts by
 * zones, for one of them may be down for long; what passes by itself does not count. `vms`: oldest first.
 */
export function isRepeatedUnknown(vms: readonly VmRecord[]): boolean {
  const failureOf = (vm: VmRecord | undefined): VmFailure | undefined => vm && insertOf(vm).failure;
  const last = failureOf(vms.at(-1));
  if (!last || classifyFailure(last).isKnown) return false;
  const { code, httpStatus = 0 } = last;
  if (PASSES.includes(httpStatus)) return false;
  const same = vms.slice(vms.findLastIndex((vm) => failureOf(vm)?.code !== code) + 1);
  const places = httpStatus >= 500 ? new Set(same.map(({ zone }) => zone)).size : same.length;
  return places >= SAME_UNKNOWN;
}
