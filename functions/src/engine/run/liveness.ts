// Silent is not dead: a VM that is not heard of is lost only on two independent signs. Pure.
import type { Attempt, Silence } from '@mymlops/protocol';
import { type EffectCall, type Moment } from './action';

/** A VM that has not reported this long after it was made is looked for in the bucket. */
const FIRST_REPORT_MS = 10 * 60_000;
/** A VM that has reported is looked for after this. Its heartbeats come every minute. */
const SILENCE_MS = 15 * 60_000;
/** Between two looks. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** Reports that waited while `event` was down are delivered again within this: Pub/Sub's longest back-off. */
const REDELIVERY_MS = 10 * 60_000;
/** The sweep sends a canary every minute. */
const CANARY_MS = 5 * 60_000;

/** A look into the bucket and at the canary, where one is due. */
export function lookForSigns(attempt: Attempt, number: number, { nowMs }: Moment): EffectCall | undefined {
  const heardMs = lastSignMs(attempt);
  if (heardMs === undefined || nowMs - heardMs <= patienceMs(attempt)) return undefined;
  const lookedMs = attempt.silence ? Date.parse(attempt.silence.at) : -Infinity;
  return nowMs - lookedMs > LOOK_AGAIN_MS ? { effect: 'look-for-signs', attempt: number } : undefined;
}

/** Why a silent VM counts as lost; undefined while it does not. */
export function whyLost(attempt: Attempt): string | undefined {
  const { silence, closedAt } = attempt;
  if (!silence) return undefined;
  // Its fence was closed for its silence: a word that comes after that does not open it again.
  return silenceOf(attempt, silence) ?? (closedAt === undefined ? undefined : 'The VM was silent for too long.');
}

function silenceOf(attempt: Attempt, silence: Silence): string | undefined {
  const heardMs = lastSignMs(attempt);
  const lookedMs = Date.parse(silence.at);
  if (heardMs === undefined || lookedMs - heardMs <= patienceMs(attempt)) return undefined;
  const minutes = Math.round(patienceMs(attempt) / 60_000);
  // It never claimed its attempt, which is a VM's first act and needs none of our functions.
  const isUnheard = !attempt.reports && silence.newestObjectAt === undefined;
  if (isUnheard) return `The VM did not report within ${minutes} minutes.`;
  return couldHaveBeenHeard(silence, lookedMs) ? `The VM was silent for ${minutes} minutes.` : undefined;
}

/** Whether a report of the last minutes would have reached us: the canaries did, without a gap. */
function couldHaveBeenHeard({ canaryAt, canarySince }: Silence, lookedMs: number): boolean {
  if (canaryAt === undefined || canarySince === undefined) return false;
  return lookedMs - Date.parse(canaryAt) < CANARY_MS && lookedMs - Date.parse(canarySince) > REDELIVERY_MS;
}

const patienceMs = ({ reports }: Attempt): number => (reports ? SILENCE_MS : FIRST_REPORT_MS);

/** Reports by our clock, objects by the bucket's: never by the VM's. Undefined while there may be no VM. */
function lastSignMs({ insert, reports, silence }: Attempt): number | undefined {
  const received = Object.values(reports ?? {}).map(({ receivedAt }) => receivedAt);
  const signs = [insert?.settledAt, ...received, silence?.newestObjectAt].filter((sign) => sign !== undefined);
  return signs.length === 0 ? undefined : Math.max(...signs.map(Date.parse));
}
