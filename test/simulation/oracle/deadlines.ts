// What must not take for ever, nor go on beside something else.
import { isDown } from '../../fakes/vm-status';
import { attemptPrefix, LABELS, type RunState } from '@mymlops/protocol';
import type { PlannedRun } from '../faults/plan';
import { periodOf } from './recorded';
import type { World } from '../model/world';

const MINUTE = 60_000;

/**
 * Zones that are stocked out, or do not answer, are in nobody's way: there is the clock, and there are other zones. Nor are
 * pages, of which few fail.
 */
const IN_NOBODYS_WAY = ['zone-stocked-out', 'zone-out', 'gets-fail', 'pages'];

/** Nothing that was to stop something is in the way, nor was a while ago. */
export const isCalm = (world: World, forMs: number): boolean =>
  !world.plan.faults.some(
    (fault) =>
      'fromMs' in fault &&
      !IN_NOBODYS_WAY.includes(fault.kind) &&
      fault.fromMs <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + forMs,
  );

/** After the last fault a run has its whole time once more, and half an hour; those that wait for a slot wait for others. */
function checkDeadlines(world: World): void {
  const { google, oracle, timeline, plan, troubleMs } = world;
  const open = plan.runs.filter(({ id }) => isOpen(google.documents.get(id)?.state));
  // None has had its time by then.
  if (open.length === 0 || timeline.nowMs < troubleMs + 30 * MINUTE) return;
  const sinceMs = Math.max(troubleMs, ...plan.runs.map(({ id }) => acceptedMs(world, id)));
  const longestMs = Math.max(...plan.runs.map(timeOf));
  for (const run of open) {
    const slots = Math.min(plan.maxParallel, run.profileMax ?? Infinity);
    const rounds = Math.ceil(plan.runs.length / slots);
    const ownMs =
      run.queueLimitSeconds * 1000 + Math.min(run.command.durationMs, run.maxRunSeconds * 1000) + 30 * MINUTE;
    if (timeline.nowMs > sinceMs + ownMs + (rounds - 1) * longestMs)
      oracle.violate(`${run.id} has not ended in its time`);
  }
}

const isOpen = (state: RunState | undefined): boolean => state?.request !== undefined && !state.end;

const acceptedMs = ({ google }: World, run: string): number =>
  Date.parse(google.documents.get(run)?.state.acceptedAt ?? '') || 0;

/** From its slot to the proof that its VM is gone. */
const timeOf = ({ command, maxRunSeconds, keepSeconds, hasOutput }: PlannedRun): number =>
  Math.min(command.durationMs, maxRunSeconds * 1000) +
  Math.max(keepSeconds * 1000, hasOutput ? 20 * MINUTE : 0) +
  30 * MINUTE;

/** Google's own limit holds for every VM, and is no longer than what its run needs: 65 minutes beside its command. */
function checkLives({ vms, oracle, timeline, plan }: World): void {
  for (const vm of vms.values()) {
    const run = plan.runs.find(({ id }) => id === vm.body.labels[LABELS.run]);
    if (!run || vm.isCopy || vm.lacksTimeLimit || isDown(vm.shown)) continue;
    const longestMs = (run.maxRunSeconds + run.keepSeconds) * 1000 + 75 * MINUTE;
    // Google's limit begins anew where it restarts a VM. Whether that one should be there is another question (unneeded-vms.ts).
    const sinceMs = Date.parse(vm.shown.lastStartAt ?? '') || vm.shownMs;
    if (timeline.nowMs - sinceMs > longestMs) oracle.violate(`${vm.shown.name} outlived its limit`);
  }
}

/** Only a settled run may be removed, and a removed one does not come back. */
function checkRemoved({ google, oracle }: World): void {
  for (const run of google.removed.keys()) {
    if (google.documents.has(run)) oracle.violate(`${run} was removed and is back`);
    const last = oracle.lastSeen.get(run);
    if (!oracle.removals.has(run)) oracle.violate(`${run} was removed, and nobody had requested it`);
    if (last?.request && last.end === undefined) oracle.violate(`${run} was removed while it lived`);
  }
}

/** Nothing of ours works any more: Google ends every VM. Stopped ones cost a disk. */
export function checkDeserted({ vms, oracle }: World): void {
  for (const { shown, lacksTimeLimit, isLimitDropped, isCopy, orphanMs } of vms.values()) {
    if (shown.labels[LABELS.deployment] !== 'mymlops' || lacksTimeLimit || isLimitDropped) continue;
    if (isCopy || orphanMs !== undefined) continue;
    if (!isDown(shown)) oracle.violate(`${shown.name} runs on although nobody is there`);
  }
}

/** What must not take for ever, looked at once a minute. */
export function checkProgress(world: World): void {
  const { google, oracle, timeline } = world;
  checkOverlap(world);
  checkRemoved(world);
  checkDeadlines(world);
  checkLives(world);
  for (const [run, { state }] of google.documents) {
    checkPush(world, run, state);
    if (state.end || !state.request) continue;
    for (const [number, attempt] of Object.entries(state.attempts)) {
      const lostMs = oracle.lostMs.get(`${run}/${number}`);
      if (lostMs === undefined || attempt.givenUp || timeline.nowMs - lostMs < 40 * MINUTE) continue;
      // That a VM is silent can be known without an answer from its zone.
      if (isCalm(world, 40 * MINUTE)) oracle.violate(`attempt ${number} of ${run} is silent and not given up`);
    }
    checkUnanswered(world, run, state);
    const limitMs = state.request.queueLimitSeconds * 1000 + lastTryMs(world);
    if (waitedMs(world, run, state) > limitMs && isCalm(world, 20 * MINUTE)) {
      oracle.violate(`${run} waits for capacity beyond its limit`);
    }
  }
}

/** A zone has half an hour to say what became of an insert, and another quarter of one passes until that is noticed. */
const UNANSWERED_MS = 45 * MINUTE;

/** Whoever does not answer is not waited for, unless the VM itself shows that it is there. */
function checkUnanswered(world: World, run: string, { attempts }: RunState): void {
  const { google, oracle, timeline } = world;
  for (const [number, attempt] of Object.entries(attempts)) {
    const { start, reports } = periodOf(attempt);
    const isOpenFor = timeline.nowMs - Date.parse(start.at);
    if (start.settledAt !== undefined || reports || attempt.givenUp || isOpenFor < UNANSWERED_MS) continue;
    const prefix = attemptPrefix(run, Number(number));
    const isHeard = [...google.objects.keys()].some((object) => object.startsWith(prefix));
    if (!isHeard && isCalm(world, UNANSWERED_MS))
      oracle.violate(`attempt ${number} of ${run} waits for a zone that does not answer`);
  }
}

/** A push has twenty minutes from when the VM got the run's result. */
const PUSHED_MS = 40 * MINUTE;

function checkPush(world: World, run: string, { end, publication, attempts }: RunState): void {
  const sentAt = attempts[end?.attempt ?? 0]?.resultSentAt;
  if (publication?.state !== 'pending' || sentAt === undefined) return;
  const isLate = world.timeline.nowMs - Date.parse(sentAt) > PUSHED_MS;
  if (isLate && isCalm(world, PUSHED_MS)) world.oracle.violate(`the push of ${run} is awaited for too long`);
}

/** What was begun within the limit may end after it; a zone that is out has half an hour to say what became of it. */
const lastTryMs = ({ plan }: World): number =>
  (plan.faults.some(({ kind }) => kind === 'zone-out' || kind === 'gets-fail' || kind === 'refused') ? 45 : 20) *
  MINUTE;

/** For capacity, as the run says; as long as it says nothing since Compute Engine said no. */
function waitedMs({ oracle, timeline }: World, run: string, { capacity }: RunState): number {
  if (capacity) {
    const sinceMs = capacity.since === undefined ? timeline.nowMs : Date.parse(capacity.since);
    return capacity.waitedSeconds * 1000 + timeline.nowMs - sinceMs;
  }
  const hasHadVm = [...oracle.made].some((key) => key.startsWith(`${run}/`));
  return hasHadVm ? 0 : timeline.nowMs - (oracle.noCapacityMs.get(run) ?? timeline.nowMs);
}

/** An attempt that was given up does not go on beside the next one: its agent sees the fence within a minute. */
function checkOverlap({ oracle, timeline, vms, spell }: World): void {
  if (spell('bucket-out')) return;
  const running = oracle.executions.filter(({ run, attempt, endedMs }) => {
    // Somebody else's may have its name.
    const vm = [...vms.values()].find(
      ({ key, body }) => key.endsWith(`-${run}-${attempt}`) && body.labels[LABELS.run] === run,
    );
    return endedMs === undefined && vm && !vm.isHung;
  });
  for (const { run, startedMs } of running) {
    const other = running.find((each) => each.run === run && each.startedMs < startedMs);
    if (other && timeline.nowMs - startedMs > 8 * MINUTE) oracle.violate(`two attempts of ${run} run side by side`);
  }
}
