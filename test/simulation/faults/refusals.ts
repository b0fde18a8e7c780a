// Google says no in mid-life, to all that the functions may call: for some minutes, or for hours.
import type { FunctionName } from '@mymlops/protocol';
import type { Fault, Plan, Refusal } from './plan';
import type { Random } from './random';

const MINUTE = 60_000;

type Says = Refusal['says'];

/** Calls that are refused, and how. A right is taken away from one method or from all. */
export const REFUSED: [calls: string, says: readonly [Says, ...Says[]]][] = [
  ['compute.', ['forbidden', 'rate limit']],
  ['compute.get', ['forbidden', 'rate limit']],
  ['compute.getDisk', ['forbidden', 'rate limit']],
  ['compute.list', ['forbidden', 'rate limit']],
  ['compute.operationsOn', ['forbidden', 'rate limit']],
  ['compute.offers', ['rate limit']],
  ['compute.insert', ['forbidden', 'quota', 'rate limit']],
  ['compute.awaitOperation', ['forbidden', 'rate limit']],
  ['compute.delete', ['forbidden', 'rate limit']],
  ['compute.deleteDisk', ['forbidden', 'rate limit']],
  ['compute.setMetadata', ['forbidden', 'rate limit']],
  ['runs.', ['forbidden', 'quota', 'contention']],
  ['runs.load', ['quota']],
  ['runs.update', ['quota', 'contention']],
  ['runs.create', ['quota', 'contention']],
  ['slots.', ['quota', 'contention']],
  ['sweeps.', ['forbidden', 'quota']],
  ['orphanCandidates.', ['forbidden', 'quota']],
  ['deadLetters.', ['forbidden', 'quota']],
  ['probes.', ['quota']],
  ['resultsBucket.', ['forbidden', 'rate limit']],
  ['resultsBucket.write', ['rate limit']],
  ['resultsBucket.create', ['rate limit']],
  ['bus.', ['forbidden', 'rate limit']],
  ['bus.ask', ['rate limit']],
  ['deadMessages.', ['forbidden', 'rate limit']],
];

/** Only a VM that is switched on again needs these. */
export const REFUSED_TO_TOYS: typeof REFUSED = [
  ['compute.start', ['forbidden', 'quota', 'rate limit']],
  ['compute.stop', ['forbidden', 'rate limit']],
  ['compute.setScheduling', ['forbidden', 'quota', 'rate limit']],
  ['toys.', ['quota', 'contention']],
];

/** Rights are on a whole database: reports cannot be refused where a probe is taken. */
const DATABASE = ['runs.', 'slots.', 'sweeps.', 'orphanCandidates.', 'deadLetters.', 'probes.'];

/** Rights of one function on one service are taken away; the other two keep theirs. */
export const TAKEN_AWAY: [of: FunctionName, service: string, calls: readonly string[]][] = [
  ['request', 'database', DATABASE],
  ['request', 'bucket', ['bucket.']],
  ['request', 'topics', ['bus.']],
  ['request', 'Compute Engine', ['compute.']],
  ['event', 'database', DATABASE],
  ['event', 'topics', ['bus.']],
  ['sweep', 'database', DATABASE],
  ['sweep', 'topics', ['bus.']],
  ['sweep', 'dead letters', ['deadMessages.']],
  ['sweep', 'Compute Engine', ['compute.']],
];

export function refusals(plan: Plan, random: Random): Fault[] {
  const isToys = plan.faults.some(({ kind }) => kind === 'toy');
  const all = isToys ? [...REFUSED, ...REFUSED_TO_TOYS, ...REFUSED_TO_TOYS] : REFUSED;
  const refused = Array.from({ length: random.between('refusals', 1, 3) }, (_, index): Refusal => {
    const label = (what: string): string => `refusal ${index} ${what}`;
    const [calls, ways] = random.pick(label('calls'), all as [(typeof all)[number]]);
    const says = random.pick(label('says'), ways);
    const fromMs = random.between(label('from'), 0, random.pick(label('when'), [5, 60, 90])) * MINUTE;
    const longestMinutes = says === 'contention' ? 15 : random.pick(label('longest'), [10, 60, 300]);
    const toMs = fromMs + random.between(label('long'), 1, longestMinutes) * MINUTE;
    const share = says === 'rate limit' || says === 'contention' ? random.pick(label('share'), [0.3, 0.8, 1]) : 1;
    return { kind: 'refused', calls, says, share, fromMs, toMs };
  });
  return [...refused, ...takenAway(random)];
}

/** Of one function, in some of the histories. */
function takenAway(random: Random): Refusal[] {
  if (!random.chance('taken away', 0.3)) return [];
  const [of, , calls] = random.pick('taken away from', TAKEN_AWAY as [(typeof TAKEN_AWAY)[number]]);
  const fromMs = random.between('taken away at', 0, 60) * MINUTE;
  const toMs = fromMs + random.between('taken away for', 1, 200) * MINUTE;
  return calls.map((each) => ({ kind: 'refused', calls: each, of, says: 'forbidden', share: 1, fromMs, toMs }));
}
