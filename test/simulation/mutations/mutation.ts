// What a mutation is, and what the stories that show one have in common.
import { aRun } from '../faults/quiet-plan';
import type { Command, Fault, Plan, PlannedRun, VmFault } from '../faults/plan';

export interface Mutation {
  name: string;
  file: string;
  /** Exact text, once in the file. */
  from: string;
  to: string;
  /** The mutant may go round in a circle, until it is ended, instead of a violation. */
  mayHang?: true;
  /** What shows it: the seed of a history, or of one of an instance, found by a search, or a story made for it. */
  shownBy: number | { instances: number } | Story;
}

/** A story that differs from a quiet one of a single run. */
export interface Story {
  run?: Partial<PlannedRun>;
  /** Of the plan: more runs of its kind, and room for them. */
  plan?: Partial<Pick<Plan, 'seed' | 'runs' | 'maxParallel' | 'zones' | 'duplicates' | 'poison' | 'late'>>;
  faults: Fault[];
}

export const MINUTE = 60_000;

export const RUN = '20261121-100000-0000';
/** Of these, one has its turn after the other where there is room for one. */
export const inTurn = ['0000', '0001', '0002'].map((end, index) => ({
  ...aRun,
  id: `20261121-100000-${end}`,
  commitAtMs: index * 5000,
}));

export const OTHER = '20261121-100000-0001';
/** Has checkpoints before it ends. */
export const keeper: PlannedRun = {
  ...aRun,
  checkpoints: true,
  maxRunSeconds: 3000,
  command: { durationMs: 8 * MINUTE, exit: 0, hasError: false, failsInSetup: false },
};
/** Goes on from the last of them. */
export const dependent: PlannedRun = { ...keeper, id: OTHER, commitAtMs: 20 * MINUTE, retryOf: RUN, resumes: true };
export const RESUMED: Story = { run: keeper, faults: [{ kind: 'preempt', run: RUN, attempt: 1, afterMs: 6 * MINUTE }] };

/** Works for half an hour. */
export const busy: Partial<PlannedRun> = {
  maxRunSeconds: 3000,
  command: { durationMs: 30 * MINUTE, exit: 0, hasError: false, failsInSetup: false },
};
/** Exits with 0, and its notebook shows more. */
export const leaving = (leaves: Command['leaves']): Partial<PlannedRun> => ({ command: { ...aRun.command, leaves } });
export const long: PlannedRun = {
  ...aRun,
  hasOutput: false,
  maxRunSeconds: 2700,
  command: { ...aRun.command, durationMs: 32 * MINUTE },
};
export const REPLACED: VmFault = { kind: 'replaced', run: RUN, attempt: 1, afterMs: 5 * MINUTE };

export const engine = (file: string): string => `functions/src/engine/${file}.ts`;
export const effects = (file: string): string => `functions/src/effects/${file}.ts`;
export const model = (file: string): string => `test/simulation/model/${file}.ts`;
