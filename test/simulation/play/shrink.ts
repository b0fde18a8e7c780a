// From a plan that fails to the shortest one that still does: what can be left out is left out.
import { playHistory } from './history';
import type { Plan } from '../faults/plan';

export async function shrink(plan: Plan): Promise<Plan> {
  const fails = async (candidate: Plan): Promise<boolean> => (await playHistory(candidate)).violations.length > 0;
  let smallest = plan;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const candidate of smallerPlans(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* smallerPlans(plan: Plan): Generator<Plan> {
  for (const index of plan.faults.keys()) yield { ...plan, faults: plan.faults.toSpliced(index, 1) };
  if (plan.runs.length > 1)
    for (const index of plan.runs.keys()) yield { ...plan, runs: plan.runs.toSpliced(index, 1) };
  if (plan.poison > 0) yield { ...plan, poison: 0 };
  if (plan.duplicates > 0) yield { ...plan, duplicates: 0 };
  for (const [index, run] of plan.runs.entries()) {
    const { cancelAtMs, ...rest } = run;
    if (cancelAtMs !== undefined) yield { ...plan, runs: plan.runs.with(index, rest) };
    if (run.hasOutput) yield { ...plan, runs: plan.runs.with(index, { ...run, hasOutput: false }) };
    if (run.keepSeconds > 0) yield { ...plan, runs: plan.runs.with(index, { ...run, keepSeconds: 0 }) };
  }
}
