// The simulation's agent against traces recorded from the real one: they ask the bucket and say the same, in the same order.
import type { Report } from '@mymlops/protocol';
import { report as reportSchema } from '@mymlops/protocol';
import { TRACES, traceOf } from '../../vm/traces';
import { aPlan, aRun } from '../faults/quiet-plan';
import { playWorld } from '../play/history';
import type { Command, Fault, Plan, PlannedRun } from '../faults/plan';
import type { SentReport } from '../../fakes/sent-report';

const MINUTE = 60_000;
const LONG = 10 * MINUTE;

interface Differences {
  command?: Partial<Command>;
  run?: Partial<PlannedRun>;
  faults?: Fault[];
  seed?: number;
}

function planWith({ command, run, faults = [], seed = 1 }: Differences): Plan {
  const planned = { ...aRun, hasOutput: false, command: { ...aRun.command, durationMs: 30_000, ...command }, ...run };
  return { ...aPlan, seed, zones: ['zone-a'], runs: [planned], faults };
}

/** Its user cancels it, which fences it. The VM is not deleted for a while, so that its agent can see that. */
function cancelled({ atMs, durationMs, seed }: { atMs: number; durationMs?: number; seed?: number }): Plan {
  const lie: Fault = { kind: 'delete-lies', what: '', fromMs: 0, toMs: 30 * MINUTE };
  const command = durationMs === undefined ? {} : { durationMs };
  return planWith({ command, run: { cancelAtMs: atMs }, faults: [lie], ...(seed !== undefined && { seed }) });
}

/** With seed 1 the VM is there after 12 s, and its command begins after 55 s. A story that is missing here does not compile. */
const STORIES: Record<keyof typeof TRACES, Plan> = {
  succeeds: planWith({}),
  'user error': planWith({ command: { exit: 3 } }),
  'setup fails': planWith({ command: { failsInSetup: true } }),
  'time limit': planWith({ command: { durationMs: 40_000 }, run: { maxRunSeconds: 30 } }),
  'fenced before boot': cancelled({ atMs: 15_000 }),
  'fenced while it executes': cancelled({ atMs: 70_000, durationMs: LONG }),
  // Before the side loop's first look.
  'preempted while it executes': planWith({
    command: { durationMs: LONG },
    faults: [{ kind: 'preempt', run: aRun.id, attempt: 1, afterMs: MINUTE }],
  }),
  // With this seed its results take minutes, from 89 s on.
  'voided before its outcome': cancelled({ atMs: 120_000, seed: 20 }),
  'push done': planWith({ run: { hasOutput: true } }),
  'push failed': planWith({ run: { hasOutput: true, pushFails: true } }),
};

/** As the events topic hands it on. */
function parsed(report: SentReport): Report {
  return reportSchema.parse(JSON.parse(JSON.stringify(report)));
}

test.each(Object.keys(TRACES) as (keyof typeof TRACES)[])('%s', async (name) => {
  const { bucketCalls, reports, violations } = (await playWorld(STORIES[name])).oracle;
  // Another attempt follows a preemption.
  const ofFirst = bucketCalls.filter((call) => call.includes('/attempts/1/'));
  const saidByFirst = reports.filter(({ attempt }) => attempt === 1);
  expect(traceOf(ofFirst, saidByFirst.map(parsed))).toEqual(TRACES[name]);
  expect(violations).toEqual([]);
});
