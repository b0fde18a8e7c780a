// The simulation's agent against traces recorded from the real one: they ask the bucket and say the same, in the same order.
import type { Report } from '@mymlops/protocol';
import { report as reportSchema } from '@mymlops/protocol';
import { TRACES, traceOf } from '../vm/traces';
import { playWorld } from './history';
import type { Fault, PlannedRun } from './plan';
import type { Oracle } from './oracle';
import { planOf } from './unusual';

const RUN = '20261121-100000-0000';

async function play(command: Partial<PlannedRun['command']>, run: Partial<PlannedRun> = {}, faults: Fault[] = []) {
  const quiet = { durationMs: 30_000, exit: 0, hasError: false, failsInSetup: false, ...command };
  const planned: PlannedRun = {
    id: RUN,
    commitAtMs: 0,
    command: quiet,
    hasOutput: false,
    keepSeconds: 0,
    maxRunSeconds: 600,
    queueLimitSeconds: 3600,
    provisioning: 'spot',
    ...run,
  };
  const plan = { ...planOf(1), zones: ['zone-a'], duplicates: 0, poison: 0, runs: [planned], faults };
  return traceIn((await playWorld(plan)).oracle);
}

const traceIn = ({ bucketCalls, reports }: Oracle) => traceOf(bucketCalls, reports.map(parsed));

/** As the events topic hands it on. */
function parsed(report: Report): Report {
  return reportSchema.parse(JSON.parse(JSON.stringify(report)));
}

test.each<[keyof typeof TRACES, () => ReturnType<typeof play>]>([
  ['succeeds', () => play({})],
  ['user error', () => play({ exit: 3 })],
  ['setup fails', () => play({ failsInSetup: true })],
  ['time limit', () => play({ durationMs: 40_000 }, { maxRunSeconds: 30 })],
  ['push done', () => play({}, { hasOutput: true })],
])('%s', async (name, trace) => {
  expect(await trace()).toEqual(TRACES[name]);
});
