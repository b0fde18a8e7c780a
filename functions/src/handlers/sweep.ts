// Once a minute: what the cloud shows against what was wanted. It merges what it learns and asks `request` to act; it
// lists, but changes no machine.
import { claimOf, doubtsAbout, type Claim, type Sighting } from '../engine/compare';
import { decide } from '../engine/decide';
import { observeStopped } from '../engine/observe';
import { isWanted } from '../engine/wanted';
import type { CloudView, Context, StoredRun } from '../ports';
import { changeRun } from './change-run';
import { readMessage } from './message';

/** A tick that waited longer than this is history: the next one is on its way. */
const MAX_TICK_AGE_MS = 90_000;

export type SweepContext = Pick<Context, 'runs' | 'bus' | 'now' | 'log' | 'newActor'> & { cloud: CloudView };

export interface SweepReport {
  v: 1;
  at: string;
  vms: number;
  disks: number;
  liveRuns: number;
  /** Runs that `advance` was asked for, and VMs or disks that `reap` was asked for. */
  advanced: string[];
  reaped: string[];
  /** Carry our label but belong to no run that we know. */
  unknown: string[];
  failures: string[];
}

export async function handleSweep(event: unknown, context: SweepContext): Promise<void> {
  const tick = readMessage(event);
  if (tick && context.now() - Date.parse(tick.publishedAt) > MAX_TICK_AGE_MS) return;
  const report = await sweep(context);
  await context.runs.writeSweepReport(report);
  // One item's failure stops no other, but the platform's error rate must show it.
  if (report.failures.length > 0) throw new Error(`sweep: ${report.failures.join('; ')}`);
}

async function sweep(context: SweepContext): Promise<SweepReport> {
  const report: SweepReport = {
    v: 1,
    at: new Date(context.now()).toISOString(),
    vms: 0,
    disks: 0,
    liveRuns: 0,
    advanced: [],
    reaped: [],
    unknown: [],
    failures: [],
  };
  // Without the list nothing is known of the cloud, but runs are advanced all the same.
  let shown: Awaited<ReturnType<CloudView['list']>> | undefined;
  await isolated('list', report, async () => {
    shown = await context.cloud.list();
    report.vms = shown.vms.length;
    report.disks = shown.disks.length;
  });
  const live = new Set<string>();
  for await (const stored of context.runs.live()) {
    live.add(stored.run);
    await isolated(stored.run, report, () => lookAfterRun(stored, shown?.vms, report, context));
  }
  report.liveRuns = live.size;
  // Only while somebody may have to be told silent: with nothing live, nothing is sent.
  if (live.size > 0) {
    await isolated('canary', report, () => context.bus.sendCanary({ v: 1, type: 'canary', at: report.at }));
  }
  for (const sighting of shown ? [...shown.vms, ...shown.disks] : []) {
    await isolated(sighting.name, report, () => lookAfterSighting(sighting, live, report, context));
  }
  return report;
}

async function isolated(name: string, report: SweepReport, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    report.failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Writes what the list tells of a run's VMs, and asks for what is due. */
async function lookAfterRun(
  stored: StoredRun,
  vms: Sighting[] | undefined,
  report: SweepReport,
  context: SweepContext,
): Promise<void> {
  let state = stored.state;
  for (const doubt of vms ? doubtsAbout(state, vms) : []) {
    const { decided } = doubt;
    // Missing from a list proves nothing: a page or a zone may be missing. Only a GET that answers 404 does.
    if (doubt.seen === 'unseen' && (await context.cloud.get(decided.zone, decided.vm))) continue;
    const how = doubt.seen === 'unseen' ? 'gone' : 'stopped';
    const at = new Date(context.now()).toISOString();
    const next = (known: typeof state | undefined) => known && observeStopped(known, doubt.attempt, { at, how });
    state = (await changeRun(stored.run, { next }, context.runs)) ?? state;
  }
  if (!decide(state, { nowMs: context.now(), actor: context.newActor() })) return;
  report.advanced.push(stored.run);
  await context.bus.ask({ v: 1, type: 'advance', run: stored.run });
}

/** A VM or disk of a run that is no longer live should not be there. */
async function lookAfterSighting(
  sighting: Sighting,
  live: ReadonlySet<string>,
  report: SweepReport,
  context: SweepContext,
): Promise<void> {
  const claim = claimOf(sighting);
  if (claim && live.has(claim.run)) return reapSuperfluous(claim, sighting, report, context);
  const stored = claim && (await context.runs.load(claim.run));
  // A removed run wants no VM: one that comes after its end was asked for by an invocation that was frozen.
  if (!claim || !(stored ?? (await context.runs.isRemoved(claim.run)))) {
    report.unknown.push(`${sighting.zone}/${sighting.name}`);
    return;
  }
  if (!stored || !isWanted(stored.state, claim.attempt, context.now())) {
    await askToReap(claim, sighting, report, context);
  }
}

/** A live run's attempts are `advance`'s to delete, but for one that was proven gone and is there again. */
async function reapSuperfluous(
  claim: Claim,
  sighting: Sighting,
  report: SweepReport,
  context: SweepContext,
): Promise<void> {
  const stored = await context.runs.load(claim.run);
  const attempt = stored?.state.attempts[claim.attempt];
  if (stored && (!attempt || attempt.goneAt)) await askToReap(claim, sighting, report, context);
}

async function askToReap(claim: Claim, sighting: Sighting, report: SweepReport, context: SweepContext): Promise<void> {
  report.reaped.push(`${sighting.zone}/${sighting.name}`);
  await context.bus.ask({ v: 1, type: 'reap', ...claim, name: sighting.name });
}
