// Compute Engine says no to an insert, and somebody reads it. Another zone, or another region, is tried, until none is left. If
// each has said no for a reason that lasts, the run ends at once, but for a quota that other VMs of the deployment may use up:
// that is waited for.
import { DEPLOYMENT_POOL, LABELS, type RunState } from '@mymlops/protocol';
import type { CloudFailure } from '../../../functions/src/ports/cloud-answer';
import { answerLike, type Answer } from '../faults/google-answers';
import type { Refusal } from './oracle';
import { periodOf } from './recorded';
import type { World } from '../model/world';

/** `us-east1-b` is in `us-east1`. */
const regionOf = (zone: string): string => zone.slice(0, zone.lastIndexOf('-'));

const lasts = ({ reason }: Answer): boolean => reason !== 'no-capacity';

/** An insert that was given up is not looked at any more. */
export function noteRefusal(
  world: World,
  failure: Pick<CloudFailure, 'code' | 'message'> | undefined,
  { zone = '', labels = {} }: { zone?: string; labels?: Record<string, string> },
): void {
  const { google, oracle, timeline, plan } = world;
  const answer = failure && answerLike(failure);
  const run = labels[LABELS.run];
  if (!answer || run === undefined) return;
  const attempt = google.documents.get(run)?.state.attempts[Number(labels[LABELS.attempt])];
  if (attempt && (periodOf(attempt).start.settledAt || attempt.givenUp)) return;
  const places = oracle.refusedPlaces.get(run) ?? new Map<string, Answer>();
  oracle.refusedPlaces.set(run, places);
  for (const each of plan.zones) {
    const isSame = answer.scope === 'region' ? regionOf(each) === regionOf(zone) : answer.scope === 'project';
    if (each === zone || isSame) places.set(each, answer);
  }
  const isEverywhere = plan.zones.every((each) => {
    const said = places.get(each);
    return said !== undefined && lasts(said);
  });
  if (answer.scope !== 'all' && !isEverywhere) return;
  const said = answer.scope === 'all' ? [] : [...places.values()];
  const mayWait = said.some((each) => each.reason === 'quota' && !each.isZero);
  const reason = mayWait ? 'quota' : answer.reason;
  const number = Number(labels[LABELS.attempt]);
  oracle.refusals.set(run, { atMs: timeline.nowMs, number, reason, mayWait, hadOthers: false, hadNone: false });
  noteOthers(world);
}

/** Called when the slots of the deployment have changed. Of no account to a run that has ended. */
export function noteOthers({ google, oracle }: World): void {
  const { holders = [] } = google.pools.get(DEPLOYMENT_POOL)?.pool ?? {};
  for (const [run, refusal] of oracle.refusals) {
    if (google.documents.get(run)?.state.end) continue;
    const hasOthers = holders.some(({ id, zone }) => zone !== undefined && id !== run);
    refusal.hadOthers ||= hasOthers;
    refusal.hadNone ||= !hasOthers;
  }
}

/** Whoever acts on a refusal does so within this. */
const ACTS_MS = 60_000;
/** An unknown code in so many attempts in a row is no zone's trouble. */
const SAME_UNKNOWN = 5;

/** At each change of a run. */
export function checkRefusal(world: World, run: string, before: RunState | undefined, state: RunState): void {
  const { oracle, plan } = world;
  // After a pause, every zone may be asked again.
  if (before?.capacity?.tried.length && !state.capacity?.tried.length) oracle.refusedPlaces.delete(run);
  const attempts = Object.entries(state.attempts);
  for (const [index, [number, attempt]] of attempts.entries()) {
    // The record that no zone will do names none.
    if (before?.attempts[Number(number)] || !plan.zones.includes(attempt.vm.zone)) continue;
    const decidedMs = Date.parse(periodOf(attempt).start.at);
    const refusal = oracle.refusals.get(run);
    const isFinal = refusal !== undefined && !(refusal.mayWait && refusal.hadOthers);
    if (isFinal && isActedOn(refusal, state, decidedMs))
      oracle.violate(`attempt ${number} of ${run} follows a refusal`);
    if (oracle.refusedPlaces.get(run)?.has(attempt.vm.zone))
      oracle.violate(`attempt ${number} of ${run} is in ${attempt.vm.zone}, which has just refused`);
    const earlier = attempts.slice(Math.max(0, index - SAME_UNKNOWN), index).map(([, each]) => each);
    if (isSameUnknown(earlier)) oracle.violate(`attempt ${number} of ${run} follows five of one unknown failure`);
  }
}

/** The document had it by then, or it was read long before. */
function isActedOn({ number, atMs }: Refusal, { attempts }: RunState, nowMs: number): boolean {
  const refused = attempts[number];
  const settledMs = Date.parse((refused && periodOf(refused).start.settledAt) ?? '');
  return settledMs <= nowMs || nowMs > atMs + ACTS_MS;
}

function isSameUnknown(attempts: RunState['attempts'][number][]): boolean {
  const failures = attempts.map((attempt) => periodOf(attempt).start.failure);
  const [first] = failures;
  const answer = first && answerLike(first);
  if (failures.length < SAME_UNKNOWN || !first || !answer?.isUnknown || answer.passes) return false;
  // A zone that is down says so each time.
  const zones = new Set(attempts.map(({ vm }) => vm.zone));
  if (answer.httpStatus === 503 && zones.size < SAME_UNKNOWN) return false;
  return failures.every((failure) => failure?.code === first.code);
}

/** Ends that a run has earned by refusals alone. */
export function endsOfRefusal({ oracle }: World, run: string, { attempts }: RunState): string[] {
  const refusal = oracle.refusals.get(run);
  const isEarned = refusal && (!refusal.mayWait || refusal.hadNone);
  const isUnknown = isSameUnknown(Object.values(attempts).slice(-SAME_UNKNOWN));
  return [...(isEarned ? [`failed ${refusal.reason}`] : []), ...(isUnknown ? ['failed internal'] : [])];
}
