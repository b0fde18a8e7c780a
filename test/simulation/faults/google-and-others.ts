// Beside the common faults, in some histories: what Google does seldom, foreign VMs and orphans, messages that nobody should
// believe, and functions that are gone for good.
import { vmName } from '@mymlops/protocol';
import { FAULTS_END_MS, FOREIGN_LABELS, FOREVER_MS, SAYINGS, type Fault, type Plan, type PlannedRun } from './plan';
import type { Random } from './random';
import { retryOf } from './retried-run';

const MINUTE = 60_000;

/** Rarely every function is gone for good: what is left then is Google's own limit of a VM's life. */
const DESERTED = 0.04;

type Label = (what: string) => string;
type Make = (random: Random, label: Label, plan: Plan) => Fault;

export function withGoogleAndOthers(plan: Plan, random: Random): Plan {
  const runs = plan.runs.map((run, index) => runWithMore(run, index, random));
  if (random.chance('retried', 0.3)) runs.push(retryOf(runs, random));
  const faults = Array.from({ length: random.between('unusual faults', 1, 3) }, (_, index) => {
    const label = (what: string): string => `unusual ${index} ${what}`;
    return random.pick(label('kind'), MAKERS)(random, label, plan);
  });
  const late = random.pick('late', [0, 0, 0.01, 0.05]);
  return { ...plan, late, runs, faults: [...plan.faults, ...faults, ...desertion(random)] };
}

function desertion(random: Random): Fault[] {
  if (!random.chance('deserted', DESERTED)) return [];
  return [{ kind: 'down', what: '*', fromMs: random.between('deserted when', 1, 60) * MINUTE, toMs: FOREVER_MS }];
}

function runWithMore(run: PlannedRun, index: number, random: Random): PlannedRun {
  const label: Label = (what) => `unusual run ${index} ${what}`;
  return {
    ...run,
    talks: random.chance(label('talks'), 0.5),
    ...(random.chance('profile', 0.3) && { profileMax: random.between('profile max', 1, 2) }),
    ...(random.chance(label('kept'), 0.3) && { keepSeconds: random.between(label('keep'), 1, 60) * 60 }),
  };
}

const aRunOf = (random: Random, label: Label, { runs }: Plan): string =>
  runs[random.between(label('run'), 0, runs.length - 1)]?.id ?? '';
const aZoneOf = (random: Random, label: Label, { zones }: Plan): string =>
  zones[random.between(label('zone'), 0, zones.length - 1)] ?? '';

const getsFail: Make = (random, label, plan) => {
  const fromMs = random.between(label('from'), 0, 60) * MINUTE;
  const toMs = Math.min(fromMs + random.between(label('long'), 5, 150) * MINUTE, FAULTS_END_MS);
  return { kind: 'gets-fail', what: aZoneOf(random, label, plan), fromMs, toMs };
};

const exitThenPreempt: Make = (random, label, plan) => ({
  kind: 'exit-then-preempt',
  run: aRunOf(random, label, plan),
  attempt: random.between(label('attempt'), 0, 2),
  afterMs: random.between(label('after'), 30, 1200) * 1000,
});

const noTimeLimit: Make = (random, label, plan) => ({
  kind: 'no-time-limit',
  run: aRunOf(random, label, plan),
  attempt: random.between(label('attempt'), 1, 2),
  ms: 0,
});

const skew: Make = (random, label, plan) => ({
  kind: 'skew',
  run: aRunOf(random, label, plan),
  attempt: random.between(label('attempt'), 1, 2),
  ms: random.pick(label('ms'), [-24 * 60, -90, -5, 5, 20]) * MINUTE,
});

const foreign: Make = (random, label, plan) => ({
  kind: 'foreign',
  zone: aZoneOf(random, label, plan),
  name: random.chance(label('clash'), 0.5)
    ? vmName('mymlops', aRunOf(random, label, plan), random.between(label('attempt'), 1, 2))
    : 'somebody-elses',
  whose: random.pick(label('whose'), WHOSE),
});

const orphan: Make = (random, label, plan) => ({
  kind: 'orphan',
  what: random.pick(label('what'), ['vm', 'disk']),
  zone: aZoneOf(random, label, plan),
  atMs: random.between(label('at'), 0, 60) * MINUTE,
});

const said: Make = (random, label, plan) => ({
  kind: 'said',
  says: random.pick(label('says'), SAYINGS),
  run: aRunOf(random, label, plan),
  atMs: random.between(label('at'), 1, 5400) * 1000,
});

const WHOSE = Object.keys(FOREIGN_LABELS) as [keyof typeof FOREIGN_LABELS];
const MAKERS: [Make, ...Make[]] = [getsFail, getsFail, exitThenPreempt, noTimeLimit, skew, foreign, orphan, said, said];
