// Short stories in which every single external call goes wrong once, in every way.
import { aPlan, aRun, RUN } from '../faults/quiet-plan';
import { countCalls } from './history';
import { HOWS, type Plan, type ToyAct, type PlannedRun, type VmFault, type Spell } from '../faults/plan';

const MINUTE = 60_000;
const OTHER = '20261121-100000-0001';

/** Has kept checkpoints by the time that it is preempted. */
const keeper: PlannedRun = {
  ...aRun,
  hasOutput: false,
  checkpoints: true,
  maxRunSeconds: 3000,
  command: { ...aRun.command, durationMs: 8 * MINUTE },
};
/** Goes on from the last of them. */
const dependent: PlannedRun = { ...keeper, id: OTHER, commitAtMs: 15 * MINUTE, retryOf: RUN, resumes: true };

const preemptedAfter = (afterMs: number): VmFault => ({ kind: 'preempt', run: RUN, attempt: 1, afterMs });
const stockedOut: Spell = { kind: 'zone-stocked-out', fromMs: 0, toMs: 10 * MINUTE, what: 'zone-a' };

/** Orphans, and somebody who looks at what the sweep makes of them. */
const orphans: Plan = {
  ...aPlan,
  runs: [],
  faults: [
    { kind: 'orphan', what: 'vm', zone: 'zone-a', atMs: 0 },
    { kind: 'orphan', what: 'disk', zone: 'zone-b', atMs: 0 },
    { kind: 'said', says: 'plan', run: RUN, atMs: 30_000 },
  ],
};

const hung: VmFault = { kind: 'hang', run: RUN, attempt: 1, afterMs: 30_000 };

const toyAct = (does: ToyAct['does'], number: number, minute: number): ToyAct => ({
  kind: 'toy',
  does,
  number,
  atMs: minute * MINUTE,
});
/** Off and on again, with a time limit that somebody has changed meanwhile. */
const toy: Plan = {
  ...aPlan,
  runs: [],
  faults: [
    toyAct('start', 1, 0),
    toyAct('stop', 1, 2),
    toyAct('change limit', 0, 4),
    toyAct('start', 2, 4.5),
    toyAct('stop', 2, 7),
    toyAct('delete', 0, 9),
  ],
};

/** By then the run is settled. */
const REMOVED_MS = 6 * MINUTE;

/** With this seed the first message, which is the commit, is dead-lettered, and no other. */
const COMMIT_DIES = { seed: 786, poison: 0.001 };

/** Calls from `fromMs` to `toMs` are enumerated: the others are as in another story, or tell nothing new. */
interface Story {
  plan: Plan;
  fromMs?: number;
  toMs?: number;
}

const STORIES: Story[] = [
  { plan: aPlan },
  { plan: { ...aPlan, runs: [{ ...aRun, cancelAtMs: 30_000 }] } },
  { plan: { ...aPlan, faults: [preemptedAfter(30_000)] } },
  // What the next attempt begins with, and what the next run does.
  { plan: { ...aPlan, runs: [keeper], faults: [preemptedAfter(6 * MINUTE)] }, fromMs: 6.5 * MINUTE, toMs: 9 * MINUTE },
  { plan: { ...aPlan, runs: [keeper, dependent] }, fromMs: 15 * MINUTE, toMs: 17 * MINUTE },
  { plan: { ...aPlan, faults: [stockedOut] } },
  { plan: { ...aPlan, runs: [aRun, { ...aRun, id: OTHER, hasOutput: false }] } },
  // It is marked, and goes ten minutes later.
  { plan: orphans, toMs: 1.5 * MINUTE },
  { plan: orphans, fromMs: 9.5 * MINUTE },
  { plan: { ...aPlan, ...COMMIT_DIES } },
  { plan: { ...aPlan, runs: [{ ...aRun, hasOutput: false }], faults: [hung] }, fromMs: 10 * MINUTE },
  { plan: toy, fromMs: 2 * MINUTE, toMs: 6 * MINUTE },
  // The run waits for the slot until the sweep has given it back.
  { plan: { ...aPlan, faults: [{ kind: 'held-slot' }] }, toMs: MINUTE / 2 },
  { plan: { ...aPlan, faults: [{ kind: 'said', says: 'remove', run: RUN, atMs: REMOVED_MS }] }, fromMs: REMOVED_MS },
];

/** Calls that a sweep makes every minute: the first few tell all. */
const REPEATED = 3;
const OFTEN = [
  'deadMessages.pull',
  'bus.sendProbe',
  'compute.list',
  'probes.load',
  'runs.expired',
  'runs.hasLive',
  'slots.all',
  'runs.live',
  'probes.write',
  'sweeps.last',
  'orphanCandidates.all',
  'sweeps.write',
  'toys.expired',
  'toys.hasLive',
  'toys.live',
];

export async function* crashPlans(): AsyncGenerator<Plan> {
  for (const story of STORIES) {
    const { faults } = story.plan;
    for (const { name, nth } of await callsOf(story)) {
      for (const how of HOWS) {
        yield { ...story.plan, faults: [...faults, { kind: 'call', name, nth, how, ms: 200_000 }] };
      }
    }
  }
}

async function callsOf({ plan, fromMs, toMs }: Story): Promise<{ name: string; nth: number }[]> {
  const before = fromMs === undefined ? new Map<string, number>() : await countCalls(plan, fromMs);
  return [...(await countCalls(plan, toMs))].flatMap(([name, count]) => {
    const first = (before.get(name) ?? 0) + 1;
    const last = OFTEN.includes(name) ? Math.min(count, REPEATED) : count;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({ name, nth: first + index }));
  });
}
