// Beside the rest, in a few histories: VMs that somebody takes over, an artifact that cannot be uploaded, a run that is removed
// while another one is to go on from it.
import { FAULTS_END_MS, type Fault, type Plan, type VmFault } from './plan';
import type { Random } from './random';
import { retryOf } from './retried-run';

const MINUTE = 60_000;

type Make = (random: Random, plan: Plan) => Plan;

export const withTakeovers = (plan: Plan, random: Random): Plan => random.pick('rarer kind', MAKERS)(random, plan);

const label = (what: string): string => `rarer ${what}`;

const attemptOf = (random: Random, { runs }: Plan) => ({
  run: runs[random.between(label('run'), 0, runs.length - 1)]?.id ?? '',
  attempt: random.between(label('attempt'), 1, 2),
});

const takenOver: Make = (random, plan) => {
  const kind = random.pick<VmFault['kind']>(label('labels'), ['unlabelled', 'bare', 'nameless']);
  const afterMs = random.between(label('after'), 0, random.pick(label('when'), [180, 2400])) * 1000;
  return { ...plan, faults: [...plan.faults, { kind, ...attemptOf(random, plan), afterMs }] };
};

const tornArtifact: Make = (random, plan) => {
  const torn: Fault = { kind: 'torn', ...attemptOf(random, plan), ms: 0, artifact: 1 };
  const runs = plan.runs.map((run) => ({ ...run, files: Math.max(1, run.files ?? 0) }));
  return { ...plan, runs, faults: [...plan.faults, torn] };
};

/** Around the commit of its dependent, which may have to wait for a VM. */
const removedSource: Make = (random, plan) => {
  const runs = plan.runs.map((run) => ({ ...run, checkpoints: true }));
  const known = runs.find((run) => run.retryOf !== undefined);
  const dependent = { ...(known ?? retryOf(runs, random)), resumes: true };
  const { commitAtMs } = dependent;
  const atMs = Math.min(FAULTS_END_MS, commitAtMs + random.between(label('at'), -20, 120) * 1000);
  const said: Fault = { kind: 'said', says: 'remove', run: dependent.retryOf ?? '', atMs };
  const stockedOut: Fault = { kind: 'zone-stocked-out', what: '*', fromMs: commitAtMs, toMs: commitAtMs + 15 * MINUTE };
  const faults = [...plan.faults, said, ...(random.chance(label('dry'), 0.5) ? [stockedOut] : [])];
  return { ...plan, runs: [...runs.filter((run) => run !== known), dependent], faults };
};

const MAKERS: [Make, ...Make[]] = [takenOver, takenOver, takenOver, tornArtifact, removedSource];
