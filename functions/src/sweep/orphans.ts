// VMs and disks with our label that no live run claims: what history does not want goes at once, what nothing explains is
// marked and goes when it stays.
import { suspectId, type Suspect } from '@mymlops/protocol';
import { claimOf } from '../engine/vm/match';
import { isolated } from './report';
import { nameOf, standingOf, type Sighting } from './inventory';
import type { Sweep, SweepContext } from './sweep';

/** Old marks are those of earlier sweeps. Marks of what is no longer shown, or is explained by now, are dropped. */
export async function lookAfterStrangers(sweep: Sweep, marks: readonly Suspect[]): Promise<void> {
  const { context, report, sightings } = sweep;
  if (!sightings) return;
  const known = new Map(marks.map((mark) => [suspectId(mark), mark]));
  const dropped = new Set(marks.filter(({ zone }) => sightings.isWhole(zone)).map(suspectId));
  for (const sighting of sightings.rest()) {
    const id = suspectId(sighting);
    await isolated(sighting.name, report, async () => {
      const isMarked = dropped.delete(id);
      const standing = await standingNow(sighting, context);
      if (standing === 'suspect') return suspect(sighting, known.get(id), sweep);
      if (isMarked) dropped.add(id);
      if (standing === 'unwanted') await askToReap(sighting, sweep);
    });
  }
  for (const id of dropped) await isolated(id, report, () => context.sweeps.dropSuspect(id));
}

/** With the run as it is now. */
export async function standingNow(
  sighting: Pick<Sighting, 'name' | 'zone' | 'labels'>,
  { runs, now }: Pick<SweepContext, 'runs' | 'now'>,
): Promise<ReturnType<typeof standingOf>> {
  const claim = claimOf(sighting);
  const stored = claim && (await runs.load(claim.run));
  const isRemoved = claim !== undefined && !stored && (await runs.isRemoved(claim.run));
  return standingOf(sighting, stored?.state, { isRemoved, nowMs: now() });
}

/** Whether a mark is old enough: what was only slow to be explained has been by then. */
export const isRipe = (
  { firstSeenAt }: Suspect,
  { now, suspectSeconds }: Pick<SweepContext, 'now' | 'suspectSeconds'>,
) => now() - Date.parse(firstSeenAt) >= suspectSeconds * 1000;

async function suspect(sighting: Sighting, mark: Suspect | undefined, sweep: Sweep): Promise<void> {
  const { context, report } = sweep;
  report.suspects.push(nameOf(sighting));
  if (mark && isRipe(mark, context)) return askToReap(sighting, sweep);
  if (mark) return;
  const { kind, name, zone, id } = sighting;
  // Not the time at which the sweep began: it may have been frozen since.
  const firstSeenAt = new Date(context.now()).toISOString();
  await context.sweeps.markSuspect({ v: 1, kind, name, zone, id, firstSeenAt });
}

export async function askToReap(sighting: Sighting, { context, report }: Sweep): Promise<void> {
  const { kind, zone, name, id } = sighting;
  report.reaped.push(nameOf(sighting));
  const claim = claimOf(sighting);
  await context.bus.ask({ v: 1, type: 'reap', kind, zone, name, id, ...(claim && pick(claim)) });
}

const pick = ({ run, attempt }: { run: string; attempt: number }) => ({ run, attempt });
