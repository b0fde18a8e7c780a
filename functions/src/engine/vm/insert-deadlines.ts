// Until when an insert is requested, and how long its zone may leave it unanswered. Pure.
import type { VmRecord } from '@mymlops/protocol';
import { decidedAt } from './record';

/** An intent older than this makes no VM any more: the VM's agent would call it stale once it has booted. */
const STALE_MS = 20 * 60_000;

/** A zone that has not answered for so long is left, unless the VM shows a sign of life. */
const UNANSWERED_MS = 30 * 60_000;

const ageMs = (vm: VmRecord, nowMs: number): number => nowMs - Date.parse(decidedAt(vm));

/** The insert is not requested any more. */
export const isStale = (vm: VmRecord, nowMs: number): boolean => ageMs(vm, nowMs) > STALE_MS;

/** The last moment at which the insert was requested, if it was. */
export const lastRequestMs = (vm: VmRecord): number => Date.parse(decidedAt(vm)) + STALE_MS;

/** The wait for its zone to say how the insert ended is over. */
export const isUnansweredTooLong = (vm: VmRecord, nowMs: number): boolean => ageMs(vm, nowMs) >= UNANSWERED_MS;
