// Plays histories: `--runs 1000 --seed 1` searches, `--crashes` lets short stories die at every call, `--plan JSON` plays
// that one. `--stop N`: ends after so many violations. `--quick`: a failing history is not shrunk. The last line counts, as
// JSON with `--json`.
import { crashPlans } from './crash-plans';
import { playHistory } from './history';
import type { Plan } from '../faults/plan';
import { shrink } from './shrink';
import { instancePlan } from '../faults/instance';
import { storyOf } from '../faults/plan-in-words';
import { planOf } from '../faults/plan-of-seed';

interface Counts {
  histories: number;
  steps: number;
  faults: number;
  violations: number;
}

interface Options {
  runs: number;
  seed: number;
  stop: number;
  crashes: boolean;
  quick: boolean;
  json: boolean;
  /** Histories of an interactive instance. */
  instances: boolean;
  /** JSON of one plan. */
  plan: string | undefined;
  /** Of crash plans: every `of`-th, from `part` on. */
  part: number;
  of: number;
}

function readOptions(words: readonly string[]): Options {
  const number = (name: string, fallback: number): number => {
    const index = words.indexOf(name);
    return index < 0 ? fallback : Number(words[index + 1]);
  };
  return {
    runs: number('--runs', 1000),
    seed: number('--seed', 1),
    stop: number('--stop', 3),
    part: number('--part', 0),
    of: number('--of', 1),
    plan: words.includes('--plan') ? words[words.indexOf('--plan') + 1] : undefined,
    crashes: words.includes('--crashes'),
    quick: words.includes('--quick'),
    json: words.includes('--json'),
    instances: words.includes('--instances'),
  };
}

async function* plansOf({ runs, seed, crashes, part, of, plan, instances }: Options): AsyncGenerator<Plan> {
  if (plan !== undefined) {
    yield JSON.parse(plan) as Plan;
    return;
  }
  if (!crashes) {
    for (let offset = 0; offset < runs; offset++) yield instances ? instancePlan(seed + offset) : planOf(seed + offset);
    return;
  }
  let index = 0;
  for await (const plan of crashPlans()) if (index++ % of === part) yield plan;
}

async function main(options: Options): Promise<Counts> {
  const counts = { histories: 0, steps: 0, faults: 0, violations: 0 };
  for await (const plan of plansOf(options)) {
    const { steps, violations } = await playHistory(plan);
    counts.histories++;
    counts.steps += steps;
    counts.faults += plan.faults.length;
    if (violations.length === 0) continue;
    counts.violations++;
    await describe(plan, violations, options);
    if (counts.violations >= options.stop) break;
  }
  return counts;
}

async function describe(plan: Plan, violations: string[], options: Options): Promise<void> {
  const { quick } = options;
  const smallest = quick ? plan : await shrink(plan);
  const found = quick ? violations : (await playHistory(smallest)).violations;
  console.log([...found, storyOf(smallest)].join('\n'));
  console.log(`again: npm run simulate -- ${wordsOf(smallest, options)}\n`);
}

/** No seed makes a plan that was enumerated or given. Its texts have no quotes of their own. */
const wordsOf = (plan: Plan, { crashes, plan: given, instances }: Options): string =>
  crashes || given !== undefined || instances ? `--plan '${JSON.stringify(plan)}'` : `--runs 1 --seed ${plan.seed}`;

const options = readOptions(process.argv.slice(2));
async function run(): Promise<void> {
  const counts = await main(options);
  const { histories, steps, faults, violations } = counts;
  const text = `${histories} histories, ${steps} steps, ${faults} faults, ${violations} violations`;
  console.log(options.json ? JSON.stringify(counts) : text);
  process.exitCode = violations > 0 ? 1 : 0;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
