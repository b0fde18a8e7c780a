// Live runs, one by one: what the list tells of their VMs is written, and what is due is asked for.
import type { Stop } from '@mymlops/protocol';
import { causeIn } from '../engine/cause';
import { doubtsAbout, type AttemptDoubt } from '../engine/compare';
import { decide } from '../engine/decide';
import { isEffect } from '../engine/action';
import { observeStopped } from '../engine/observe';
import { changeRun } from '../handlers/change-run';
import type { StoredLimit, StoredRun } from '../ports';
import { isStillWaiting } from './limits';
import { isolated } from './report';
import { standingOf, type Sighting } from './sightings';
import { askToReap } from './suspects';
import type { Sweep } from './sweep';

/** Every live run's id. */
export async function lookAfterRuns(sweep: Sweep, limits: readonly StoredLimit[]): Promise<Set<string>> {
  const live = new Set<string>();
  for await (const stored of sweep.context.runs.live()) {
    live.add(stored.run);
    await isolated(stored.run, sweep.report, () => lookAfterRun(stored, sweep, limits));
  }
  return live;
}

async function lookAfterRun(stored: StoredRun, sweep: Sweep, limits: readonly StoredLimit[]): Promise<void> {
  const { context, report, sightings } = sweep;
  const mine = sightings?.take(stored.run);
  const state = mine
    ? await observeDoubts(
        stored,
        mine.filter(({ kind }) => kind === 'vm'),
        sweep,
      )
    : stored.state;
  const nowMs = context.now();
  for (const sighting of mine ?? []) {
    const standing = standingOf(sighting, state, { isRemoved: false, nowMs });
    if (standing === 'unwanted') await askToReap(sighting, sweep);
    if (standing === 'suspect') sightings?.giveBack(sighting);
  }
  const action = decide(state, { nowMs, actor: context.newActor() });
  if (!action) return;
  const isStart = isEffect(action) && action.effect === 'start';
  if (isStart && isStillWaiting({ ...stored, state }, limits, context.maxParallel)) return;
  report.advanced.push(stored.run);
  sweep.onDue?.(stored);
  await context.bus.ask({ v: 1, type: 'advance', run: stored.run });
}

/** A zone that does not answer leaves its doubt as it is: whether the VM is silent is looked into all the same. */
async function observeDoubts(
  stored: StoredRun,
  vms: Sighting[],
  { context, report }: Sweep,
): Promise<StoredRun['state']> {
  let { state } = stored;
  for (const doubt of doubtsAbout(state, vms)) {
    await isolated(doubt.decided.vm, report, async () => {
      state = (await observeDoubt(stored.run, doubt, context)) ?? state;
    });
  }
  return state;
}

/** The run as it is then; undefined where there was no doubt. */
async function observeDoubt(
  run: string,
  { attempt, decided, seen }: AttemptDoubt,
  context: Sweep['context'],
): Promise<StoredRun['state'] | undefined> {
  // Missing from a list proves nothing: a page or a zone may be missing. Only a GET that answers 404 does.
  if (seen === 'unseen' && (await context.cloud.get(decided.zone, decided.vm))) return undefined;
  const how: Stop['how'] = seen === 'unseen' ? 'gone' : 'stopped';
  const operations = await context.cloud.operationsOn(decided.zone, decided.vm);
  const nowMs = context.now();
  const at = new Date(nowMs).toISOString();
  const cause = causeIn(operations, { how, nowMs, limitSeconds: decided.maxRunDurationSeconds });
  const seenDown = { at, how, ...(cause && { cause }) } as const;
  return changeRun(run, { next: (known) => known && observeStopped(known, attempt, seenDown) }, context.runs);
}
