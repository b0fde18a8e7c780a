// Beside the rest, in some histories: checkpoints, names that are used again, uploads that go wrong, functions that are away for
// hours.
import { FAULTS_END_MS, type Fault, type Plan, type PlannedRun, type VmFault } from './plan';
import type { Random } from './random';

const MINUTE = 60_000;

type Make = (random: Random, label: (what: string) => string, plan: Plan) => Fault[];

export function withCheckpointsAndOutages(plan: Plan, random: Random): Plan {
  const runs = plan.runs.map((run, index) => rareRun(run, index, random));
  const added = Array.from({ length: random.between('rare faults', 0, 2) }, (_, index) => {
    const label = (what: string): string => `rare ${index} ${what}`;
    return random.pick(label('kind'), MAKERS)(random, label, plan);
  });
  return { ...plan, runs, faults: [...plan.faults, ...added.flat()] };
}

function rareRun(run: PlannedRun, index: number, random: Random): PlannedRun {
  const label = (what: string): string => `rare run ${index} ${what}`;
  return {
    ...run,
    checkpoints: random.chance(label('checkpoints'), 0.6),
    ...(run.retryOf !== undefined && random.chance(label('resumes'), 0.7) && { resumes: true }),
    ...(random.chance(label('artifacts'), 0.5) && { files: random.between(label('files'), 1, 4) }),
  };
}

const attemptOf = (random: Random, label: (what: string) => string, { runs }: Plan) => ({
  run: runs[random.between(label('run'), 0, runs.length - 1)]?.id ?? '',
  attempt: random.between(label('attempt'), 1, 2),
});

/** Also of what interrupts: without it a checkpoint is of no use. */
const befalls =
  (...kinds: [VmFault['kind'], ...VmFault['kind'][]]): Make =>
  (random, label, plan) => [
    {
      kind: random.pick(label('what'), kinds),
      ...attemptOf(random, label, plan),
      afterMs: random.between(label('after'), 0, random.pick(label('when'), [120, 2400])) * 1000,
    },
  ];

const torn: Make = (random, label, plan) => [{ kind: 'torn', ...attemptOf(random, label, plan), ms: 0 }];

const answersLost: Make = (random, label, plan) => [{ kind: 'answers-lost', ...attemptOf(random, label, plan), ms: 0 }];

/** One function, or all of them, for hours. */
const longDown: Make = (random, label) => {
  const fromMs = random.between(label('from'), 0, 90) * MINUTE;
  const toMs = fromMs + random.between(label('long'), 60, 480) * MINUTE;
  return [{ kind: 'down', what: random.pick(label('function'), ['request', 'event', 'sweep', '*']), fromMs, toMs }];
};

/** Somebody removes the run from which another one is to go on. */
const removedSource: Make = (random, label, { runs }) =>
  runs.flatMap(({ retryOf, commitAtMs }) => {
    if (retryOf === undefined) return [];
    const atMs = Math.min(FAULTS_END_MS, commitAtMs + random.between(label('at'), -60, 3600) * 1000);
    return [{ kind: 'said', says: 'remove', run: retryOf, atMs }];
  });

const MAKERS: [Make, ...Make[]] = [
  befalls('preempt', 'die', 'hang'),
  befalls('preempt', 'die', 'hang'),
  befalls('replaced', 'made-again'),
  torn,
  answersLost,
  longDown,
  removedSource,
];
