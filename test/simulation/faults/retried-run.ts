// Another try of a run.
import type { PlannedRun } from './plan';
import type { Random } from './random';

const MINUTE = 60_000;

export function retryOf([first]: PlannedRun[], random: Random): PlannedRun {
  if (!first) throw new Error('a plan without a run');
  const { cancelAtMs: _, ...run } = first;
  return { ...run, id: '20261121-120000-retr', commitAtMs: random.between('retry', 30, 120) * MINUTE, retryOf: run.id };
}
