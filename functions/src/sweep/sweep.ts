// One sweep: what the cloud shows against what was wanted, both ways. It writes observations and asks `request` to act.
// On ports that write nothing (dry.ts) the same is a plan.
import type { SweepReport } from '@mymlops/protocol';
import type { CloudDisk, Context, CloudView, StoredRun } from '../ports';
import { drainDeadLetters } from './dead-letters';
import { freeSlots } from './slots';
import { emptyReport, isolated, noteFailure } from './report';
import { removeExpired } from './retention';
import { lookAfterRuns } from './live';
import { bySubject, takenOver, type Sightings } from './inventory';
import { lookAfterStrangers } from './orphans';

export type SweepContext = Pick<
  Context,
  'runs' | 'sweeps' | 'bus' | 'tokens' | 'maxParallel' | 'suspectSeconds' | 'now' | 'awakeMs' | 'log' | 'newActor'
> & { cloud: CloudView; vm: Pick<Context['vm'], 'project' | 'deployment'> };

/** While nothing lives, the cloud is listed every so many sweeps. */
const IDLE_SWEEPS = 5;

/** What one sweep shares. */
export interface Sweep {
  context: SweepContext;
  report: SweepReport;
  /** Undefined where the cloud was not listed: nothing is known of it. */
  sightings: Sightings | undefined;
  /** Hears of each live run that is asked to be brought forward, as it was read. */
  onDue?: (stored: StoredRun) => void;
}

export interface SweepOptions {
  /** Also where nothing lives. */
  alwaysList?: boolean;
  onDue?: Sweep['onDue'];
  /** Hears of each disk of ours in use by a VM that does not carry our label. */
  onTakenOver?: (disk: CloudDisk) => void;
}

/** Throws only where not even the history can be read. */
export async function runSweep(
  context: SweepContext,
  { alwaysList = false, onDue, onTakenOver }: SweepOptions = {},
): Promise<SweepReport> {
  const report = emptyReport(context.now());
  await isolated('dead letters', report, () => drainDeadLetters(context, report));
  const suspects = await context.sweeps.suspects();
  const sinceList = await sweepsSinceList(context);
  const isQuiet = suspects.length === 0 && report.deadLetters.length === 0 && !(await context.runs.hasLive());
  report.sinceList = sinceList + 1;
  let sightings: Sightings | undefined;
  // Without the list nothing is known of the cloud, but runs are advanced all the same.
  if (alwaysList || !isQuiet || report.sinceList >= IDLE_SWEEPS) {
    await isolated('list', report, async () => {
      const list = await context.cloud.list();
      const { vms, disks, gaps } = list;
      Object.assign(report, { vms: vms.length, disks: disks.length, isListed: true, sinceList: 0 });
      // What is shown is there all the same.
      for (const { cause } of gaps) noteFailure('list', cause, report);
      sightings = bySubject(list);
      for (const disk of takenOver(list)) onTakenOver?.(disk);
    });
  }
  const sweep = { context, report, sightings, onDue };
  const limits = await context.runs.limits();
  const { live, resumed } = await lookAfterRuns(sweep, limits);
  report.liveRuns = live.size;
  // Only while somebody may have to be told silent: with nothing live, nothing is sent.
  if (live.size > 0) {
    await isolated('canary', report, () => context.bus.sendCanary({ v: 1, type: 'canary', at: report.at }));
  }
  await freeSlots(sweep, limits, live);
  await lookAfterStrangers(sweep, suspects);
  // Nobody delivers again what was asked for and failed: the next sweep has to see whether it is still there.
  if (report.reaped.length > 0) report.sinceList = IDLE_SWEEPS;
  await isolated('retention', report, () => removeExpired(context, report, resumed));
  return report;
}

/** The last report tells; without one, as if the time had come. */
async function sweepsSinceList({ sweeps }: SweepContext): Promise<number> {
  return (await sweeps.last())?.sinceList ?? IDLE_SWEEPS;
}
