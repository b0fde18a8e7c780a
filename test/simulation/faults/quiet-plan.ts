// A plan in which nothing goes wrong, for stories that add what does.
import type { PlannedRun } from './plan';

const MINUTE = 60_000;
export const RUN = '20261121-100000-0000';

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
