// One sweep: what the cloud shows against what was wanted, both ways, for every kind. It writes observations and asks
// `request` to act. On ports that write nothing (read-only.ts) the same is a plan.
import type { SlotPool, SweepReport } from '@mymlops/protocol';
import { isListDue, LIST_NEXT_TIME, sweepsSinceList } from '../engine/list-interval';
import { isRoundDue } from '../engine/snapshots';
import type { CloudDisk } from '../ports/compute-view';
import type { Sweep, SweepContext } from './context';
import { drainDeadLetters } from './dead-letters';
import { groupByOwner, takenOver, type Inventory } from './inventory';
import { sweepLive } from './live';
import { sweepOrphans } from './orphans';
import { emptyReport, isolated, noteFailure } from './report';
import { removeExpired } from './expired-documents';
import { requestFreeSlots } from './slots';

export interface SweepOptions {
  /** List the cloud in any case, and look at all that it shows. */
  isThorough?: boolean;
  onDue?: Sweep['onDue'];
  /** Called with each disk of ours in use by a VM that does not carry our label. */
  onTakenOver?: (disk: CloudDisk) => void;
}

/** Throws only where not even the history can be read. */
export async function runSweep(
  context: SweepContext,
  { isThorough = false, onDue, onTakenOver }: SweepOptions = {},
): Promise<SweepReport> {
  const report = emptyReport(context.now());
  await isolated('dead letters', report, () => drainDeadLetters(context, report));
  const marks = await context.orphanCandidates.all();
  const last = await context.sweeps.last();
  const sinceList = sweepsSinceList(last);
  const isQuiet = marks.length === 0 && report.deadLetters.length === 0 && !(await hasLive(context));
  report.sinceList = sinceList;
  let inventory: Inventory | undefined;
  // Without the list nothing is known of the cloud, but documents are still advanced.
  if (isThorough || isListDue({ isQuiet, sinceList })) {
    await isolated('list', report, async () => {
      const list = await context.compute.list();
      const { vms, disks, gaps } = list;
      Object.assign(report, { vms: vms.length, disks: disks.length, isListed: true, sinceList: 0 });
      // The resources that are shown exist nevertheless.
      for (const { cause } of gaps) noteFailure('list', cause, report);
      inventory = groupByOwner(list, context.kinds);
      for (const disk of takenOver(list)) onTakenOver?.(disk);
    });
  }
  const sweep = { context, report, inventory, sinceList, isThorough, onDue };
  const pools = await readPools(context);
  const needed = new Map<string, ReadonlySet<string>>();
  for (const kind of context.kinds) {
    const found = await sweepLive(kind, pools, sweep);
    report.live[kind.name] = found.live.size;
    needed.set(kind.name, found.needed);
    await requestFreeSlots(kind, pools, found.live, sweep);
  }
  // Only while somebody may have to be called silent: with nothing live, nothing is sent.
  if (Object.values(report.live).some((count) => count > 0)) {
    await isolated('probe', report, () => context.bus.sendProbe({ v: 1, type: 'probe', at: report.at }));
  }
  await sweepOrphans(sweep, marks, pools);
  // A reap that failed is not delivered again: the next sweep has to see whether what it named is still there.
  if (report.reaped.length > 0) report.sinceList = LIST_NEXT_TIME;
  for (const kind of context.kinds) {
    const kept = needed.get(kind.name) ?? new Set();
    await isolated('retention', report, () => removeExpired(kind, kept, context, report));
  }
  report.snapshots = last?.snapshots;
  if (isRoundDue(report.snapshots?.at, context.now())) {
    const since = report.snapshots?.since ?? report.at;
    await isolated('snapshots', report, async () => {
      await context.bus.ask({ v: 1, type: 'remove-snapshots', since });
      report.snapshots = { at: report.at, since };
    });
  }
  return report;
}

async function hasLive({ kinds, documents }: SweepContext): Promise<boolean> {
  for (const kind of kinds) if (await documents(kind.documents).hasLive()) return true;
  return false;
}

async function readPools({ slotPools }: SweepContext): Promise<Map<string, SlotPool>> {
  const stored = await slotPools.all();
  return new Map(stored.flatMap(({ name, pool }) => (pool ? [[name, pool] as const] : [])));
}
