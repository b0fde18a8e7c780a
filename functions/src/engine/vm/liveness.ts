// A silent VM is not dead: it counts as lost only on two independent signs. Pure.
import { currentPeriod, type Liveness, type VmRecord } from '@mymlops/protocol';
import type { Moment } from '../action';
import { hasReported } from './record';

/** A VM that has not reported this long after it was made is looked for in the bucket. */
export const FIRST_REPORT_SECONDS = 10 * 60;
/** A VM that has reported is looked for after this. Its heartbeats come every minute. */
const NEXT_REPORT_MS = 15 * 60_000;
/** Between two looks. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** Reports that waited while `event` was down are delivered again within this: Pub/Sub's longest back-off. */
export const REDELIVERY_MS = 10 * 60_000;
/** The sweep sends a probe every minute. */
const PROBE_MS = 5 * 60_000;

/** Whether a look into the bucket and at the probe is due. */
export function isLivenessCheckDue(vm: VmRecord, { nowMs }: Pick<Moment, 'nowMs'>): boolean {
  const heardMs = lastSignMs(vm);
  if (heardMs === undefined || nowMs - heardMs <= patienceMs(vm)) return false;
  const { liveness } = currentPeriod(vm);
  return nowMs - (liveness ? Date.parse(liveness.at) : -Infinity) > LOOK_AGAIN_MS;
}

/** Why a silent VM counts as lost; undefined while it does not. */
export function whyLost(vm: VmRecord): string | undefined {
  const { liveness } = currentPeriod(vm);
  if (!liveness) return undefined;
  // It was fenced because it was silent: a report that comes after that does not lift the fence.
  return whyUnheard(vm, liveness) ?? (vm.fencedAt === undefined ? undefined : 'The VM was silent for too long.');
}

function whyUnheard(vm: VmRecord, liveness: Liveness): string | undefined {
  const heardMs = lastSignMs(vm);
  const lookedMs = Date.parse(liveness.at);
  if (heardMs === undefined || lookedMs - heardMs <= patienceMs(vm)) return undefined;
  const minutes = Math.round(patienceMs(vm) / 60_000);
  // It wrote no claim, which is a VM's first act and needs none of our functions.
  const isUnheard = !hasReported(vm) && liveness.newestObjectAt === undefined;
  if (isUnheard) return `The VM did not report within ${minutes} minutes.`;
  return couldHaveBeenHeard(liveness, lookedMs) ? `The VM was silent for ${minutes} minutes.` : undefined;
}

/** Whether a report of the last minutes would have reached us: the probes did, without a gap. */
function couldHaveBeenHeard({ probeAt, probesSince }: Liveness, lookedMs: number): boolean {
  if (probeAt === undefined || probesSince === undefined) return false;
  return lookedMs - Date.parse(probeAt) < PROBE_MS && lookedMs - Date.parse(probesSince) > REDELIVERY_MS;
}

const patienceMs = (vm: VmRecord): number => (currentPeriod(vm).reports ? NEXT_REPORT_MS : FIRST_REPORT_SECONDS * 1000);

/** Reports by our clock, objects by the bucket's: never by the VM's. Undefined while there may be no VM. */
function lastSignMs(vm: VmRecord): number | undefined {
  const { start, reports, liveness } = currentPeriod(vm);
  const received = Object.values(reports ?? {}).map(({ receivedAt }) => receivedAt);
  const signs = [start.settledAt, ...received, liveness?.newestObjectAt].filter((sign) => sign !== undefined);
  return signs.length === 0 ? undefined : Math.max(...signs.map(Date.parse));
}
