// VMs and disks with our label that no live document has taken: what history does not need is deleted at once, what belongs
// to nothing is marked, and deleted if it stays for the grace period.
import { orphanCandidateId, type OrphanCandidate, type SlotPool } from '@mymlops/protocol';
import { readOwnership } from '../control/ownership';
import { orphanAct } from '../engine/orphan-acts';
import { isPastGracePeriod } from '../engine/orphans';
import { isLookDue } from '../engine/resting';
import { isDown } from '../engine/vm/match';
import type { Sweep } from './context';
import { nameOf, type ListedResource } from './inventory';
import { sweepDocument } from './live';
import { requestReap } from './request-reap';
import { isolated } from './report';

/** `marks` are those of earlier sweeps. Marks of what is no longer shown, or is explained by now, are dropped. */
export async function sweepOrphans(
  sweep: Sweep,
  marks: readonly OrphanCandidate[],
  pools: ReadonlyMap<string, SlotPool>,
): Promise<void> {
  const { context, report, inventory, sinceList, isThorough } = sweep;
  if (!inventory) return;
  const known = new Map(marks.map((mark) => [orphanCandidateId(mark), mark]));
  const dropped = new Set(marks.filter(({ zone }) => inventory.isWhole(zone)).map(orphanCandidateId));
  for (const found of inventory.unclaimed()) {
    const id = orphanCandidateId(found);
    await isolated(found.name, report, async () => {
      const isMarked = dropped.delete(id);
      if (!isThorough && !isLookDue(found, context.now(), sinceList)) return;
      const { ownership, kind, document } = await readOwnership(found, context);
      if (ownership === 'orphan') return noteOrphan(found, { mark: known.get(id), act: orphanAct(found, kind) }, sweep);
      if (isMarked) dropped.add(id);
      if (ownership === 'unneeded') await requestReap(found, sweep);
      // A settled or stopped document needs no sweep, but keeps its VM: one that is on was started by hand.
      if (ownership === 'owned' && document && found.resource === 'vm' && !isDown(found)) {
        await sweepDocument(document.kind, document.stored, [found], pools, sweep);
      }
    });
  }
  for (const id of dropped) await isolated(id, report, () => context.orphanCandidates.drop(id));
}

async function noteOrphan(
  found: ListedResource,
  { mark, act }: { mark: OrphanCandidate | undefined; act: ReturnType<typeof orphanAct> },
  sweep: Sweep,
): Promise<void> {
  const { context, report } = sweep;
  const isDone = act === 'keep' || (act === 'stop' && isDown(found));
  // Nothing else is done about it, for years perhaps: that would make each sweep's report one that is kept.
  if (isDone) report.kept = [...(report.kept ?? []), nameOf(found)];
  else report.orphans.push(nameOf(found));
  if (mark) {
    const isPast = isPastGracePeriod(mark, context.settings.graceSeconds, context.now());
    return isPast && !isDone ? requestReap(found, sweep) : undefined;
  }
  const { resource, name, zone, id } = found;
  // Not the time at which the sweep began: it may have been frozen since.
  const firstSeenAt = new Date(context.now()).toISOString();
  await context.orphanCandidates.mark({ v: 1, resource, name, zone, id, firstSeenAt });
}
