// Each call that the functions make is refused for more than an hour, in each way in which Google does that.
import { aPlan, aRun, RUN } from './faults/quiet-plan';
import type { Plan, Refusal, ToyAct } from './faults/plan';
import { REFUSED, REFUSED_TO_TOYS, TAKEN_AWAY } from './faults/refusals';
import { playBefore } from './play/play-before';

const MINUTE = 60_000;
const OTHER = '20261121-100000-0001';

const casesIn = (table: typeof REFUSED) => table.flatMap(([calls, ways]) => ways.map((says) => [calls, says] as const));

const refused = (calls: string, says: Refusal['says'], fromMs: number): Refusal => ({
  ...{ kind: 'refused', calls, says, share: 1 },
  ...{ fromMs, toMs: fromMs + 80 * MINUTE },
});

/** One is preempted just then, and another one is committed a little later; the first one ends meanwhile, too. */
const run: Partial<typeof aRun> = { maxRunSeconds: 3000, command: { ...aRun.command, durationMs: 15 * MINUTE } };
const runs: Plan = {
  ...aPlan,
  maxParallel: 2,
  runs: [
    { ...aRun, ...run },
    { ...aRun, ...run, id: OTHER, commitAtMs: 6 * MINUTE },
  ],
  faults: [{ kind: 'preempt', run: RUN, attempt: 1, afterMs: 5 * MINUTE }],
};

type Case = [calls: string, says: Refusal['says'], plans: Plan[]];

const ofRuns = casesIn(REFUSED).map(([calls, says]): Case => {
  const plans = [5.5, 18].map((minute) => {
    return { ...runs, faults: [...runs.faults, refused(calls, says, minute * MINUTE)] };
  });
  return [calls, says, plans];
});

const ofFunctions = TAKEN_AWAY.map(([of, service, calls]): [of: string, service: string, plans: Plan[]] => {
  const plans = [0, 5.5, 18].map((minute): Plan => {
    const taken = calls.map((each): Refusal => ({ ...refused(each, 'forbidden', minute * MINUTE), of }));
    return { ...runs, faults: [...runs.faults, ...taken] };
  });
  return [of, service, plans];
});

const act = (does: ToyAct['does'], number: number, minute: number): ToyAct => ({
  ...{ kind: 'toy', does, number },
  atMs: minute * MINUTE,
});
const acts = [act('start', 1, 0), act('stop', 1, 3), act('change limit', 0, 6), act('start', 2, 8), act('stop', 2, 12)];

const ofVms = REFUSED.filter(([calls]) => calls.startsWith('compute.') || calls.startsWith('slots.'));

const ofToys = casesIn([...REFUSED_TO_TOYS, ...ofVms]).map(([calls, says]): Case => {
  const plans = [2, 7].map((minute): Plan => {
    const faults = [...acts, act('delete', 0, 120), refused(calls, says, minute * MINUTE)];
    return { ...aPlan, runs: [], faults };
  });
  return [calls, says, plans];
});

const violationsIn = playBefore([...ofRuns, ...ofFunctions, ...ofToys].flatMap(([, , plans]) => plans));

test.each(ofRuns)(
  '%s is refused (%s) for more than an hour: nothing is lost, and nothing is left',
  (...[, , plans]) => {
    expect(plans.map(violationsIn)).toEqual([[], []]);
  },
);

test.each(ofFunctions)(
  'the function %s has no right on %s for more than an hour: nothing is lost, and nothing is left',
  (...[, , plans]) => {
    expect(plans.map(violationsIn)).toEqual([[], [], []]);
  },
);

test.each(ofToys)('a VM is switched on and off, and %s is refused (%s) for more than an hour', (...[, , plans]) => {
  expect(plans.map(violationsIn)).toEqual([[], []]);
});
