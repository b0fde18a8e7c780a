// Short stories in which every single external call goes wrong once, in every way.
import { countCalls } from './history';
import { HOWS, type Plan, type PlannedRun, type VmFault, type Spell } from './plan';

const MINUTE = 60_000;
const RUN = '20261121-100000-0000';

export const aRun: PlannedRun = {
  id: RUN,
  commitAtMs: 0,
  command: { durationMs: MINUTE, exit: 0, hasError: false, failsInSetup: false },
  hasOutput: true,
  keepSeconds: 0,
  maxRunSeconds: 600,
  queueLimitSeconds: 3600,
  provisioning: 'spot',
};

export const aPlan = {
  seed: 1,
  zones: ['zone-a', 'zone-b'],
  maxParallel: 1,
  duplicates: 0,
  poison: 0,
  runs: [aRun],
  faults: [],
};

const preempted: VmFault = { kind: 'preempt', run: RUN, attempt: 1, afterMs: 30_000 };
const dry: Spell = { kind: 'zone-dry', fromMs: 0, toMs: 10 * MINUTE, what: 'zone-a' };

const STORIES: Plan[] = [
  aPlan,
  { ...aPlan, runs: [{ ...aRun, cancelAtMs: 30_000 }] },
  { ...aPlan, faults: [preempted] },
  { ...aPlan, faults: [dry] },
  { ...aPlan, runs: [aRun, { ...aRun, id: '20261121-100000-0001', hasOutput: false }] },
];

/** Calls that the sweep repeats every minute: the first few tell all. */
const REPEATED = 4;
const OFTEN = ['cloud.list', 'runs.live', 'runs.sweep', 'bus.sendCanary', 'runs.canary', 'runs.writeCanary'];

export async function* crashPlans(): AsyncGenerator<Plan> {
  for (const story of STORIES) {
    for (const [name, count] of await countCalls(story)) {
      const most = OFTEN.includes(name) ? Math.min(count, REPEATED) : count;
      for (let nth = 1; nth <= most; nth++) {
        for (const how of HOWS) {
          yield { ...story, faults: [...story.faults, { kind: 'call', name, nth, how, ms: 200_000 }] };
        }
      }
    }
  }
}
