// Live runs, one by one: what the list tells of their VMs is written, and what is due is asked for.
import type { Stop } from '@mymlops/protocol';
import { attemptOf } from '../engine/run/attempts';
import { causeIn, mayBeOverdue } from '../engine/vm/stop-cause';
import { doubtsAbout, isDown, type AttemptDoubt } from '../engine/vm/match';
import { decide } from '../engine/run/decide';
import { isEffect } from '../engine/run/action';
import { isOf } from '../engine/vm/identity';
import { resumedRun } from '../engine/run/dependent-run';
import { observeStopped } from '../engine/run/observe';
import { changeRun } from '../control/change';
import type { StoredLimit, StoredRun } from '../ports';
import { isStillWaiting } from './slots';
import { isolated, noteFailure } from './report';
import { standingOf, type Sighting } from './inventory';
import { askToReap } from './orphans';
import type { Sweep } from './sweep';

/** Ids of all live runs, and of those from which one of them resumes. */
export interface LiveRuns {
  live: Set<string>;
  resumed: Set<string>;
}

export async function lookAfterRuns(sweep: Sweep, limits: readonly StoredLimit[]): Promise<LiveRuns> {
  const live = new Set<string>();
  const resumed = new Set<string>();
  for await (const stored of sweep.context.runs.live()) {
    live.add(stored.run);
    const source = resumedRun(stored.state);
    if (source !== undefined) resumed.add(source);
    await isolated(stored.run, sweep.report, () => lookAfterRun(stored, sweep, limits));
  }
  return { live, resumed };
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
  await context.bus.ask({ v: 1, type: 'advance', run: stored.run, repeats: true });
}

/**
 * One doubt that cannot be settled holds up neither the others nor the run: it may be lost by its silence, for which nobody
 * needs to ask the cloud.
 */
async function observeDoubts(stored: StoredRun, vms: Sighting[], sweep: Sweep): Promise<StoredRun['state']> {
  let { state } = stored;
  for (const doubt of doubtsAbout(stored.run, state, vms)) {
    if (doubt.seen === 'unseen' && !sweep.sightings?.isWhole(doubt.decided.zone)) continue;
    await isolated(`${stored.run}, attempt ${doubt.attempt}`, sweep.report, async () => {
      state = (await settleDoubt({ ...stored, state }, doubt, sweep)) ?? state;
    });
  }
  return state;
}

async function settleDoubt(
  { run, state }: StoredRun,
  { attempt, decided, seen }: AttemptDoubt,
  sweep: Sweep,
): Promise<StoredRun['state'] | undefined> {
  const { cloud, runs, now } = sweep.context;
  let how: Stop['how'] = 'stopped';
  if (seen === 'unseen') {
    // Missing from a list proves nothing: a page, a zone or the VM's labels may be missing. A GET that answers 404 does, or
    // with another VM.
    const vm = await cloud.get(decided.zone, decided.vm);
    if (!vm || !isOf(vm, { run, number: attempt, attempt: attemptOf(state, attempt) })) how = 'gone';
    else if (!isDown(vm)) return undefined;
  }
  const nowMs = now();
  const sight = { how, nowMs, limitSeconds: decided.maxRunDurationSeconds };
  let cause: Stop['cause'];
  try {
    cause = causeIn(await cloud.operationsOn(decided.zone, decided.vm), sight);
  } catch (error) {
    // For the message alone, but where the time limit may be it: another attempt would use its time up again.
    if (mayBeOverdue(decided, nowMs)) throw error;
    noteFailure(`cause of the end of ${decided.vm}`, error, sweep.report);
  }
  const seenDown = { at: new Date(nowMs).toISOString(), how, ...(cause && { cause }) };
  return changeRun(run, { next: (known) => known && observeStopped(known, attempt, seenDown) }, runs);
}
