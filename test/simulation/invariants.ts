// What must hold at every step, and once everything is at rest.
import { LABELS, type Attempt, type RunState } from '@mymlops/protocol';
import { isAtRest } from '../../functions/src/engine/at-rest';
import type { PlannedRun } from './plan';
import type { SimulatedVm } from './vm';
import type { World } from './world';

const MINUTE = 60_000;
/** An unwanted VM lives at most so long while sweeps work. */
const UNWANTED_MS = 15 * MINUTE;
/** What no run knows, also while nothing lives and the cloud is listed every fifth minute. */
const STRAY_MS = 20 * MINUTE;
const MAX_DOCUMENT_BYTES = 200_000;
const MAX_VMS = 3;

export function checkStep(world: World): void {
  const { google, oracle, timeline, vms, disks } = world;
  checkLines(world);
  for (const [run, { state }] of google.documents) {
    if (oracle.lastSeen.get(run) !== state) checkSize(world, run, state);
    oracle.lastSeen.set(run, state);
    if (state.cancel && !oracle.cancelSeenMs.has(run)) oracle.cancelSeenMs.set(run, timeline.nowMs);
    checkCancel(world, run, state);
    checkRefusal(world, run, state);
    if (!state.cleanedAt) continue;
    for (const vm of vms.values()) {
      if (vm.body.labels[LABELS.run] !== run || vm.shown.status === 'TERMINATED' || vm.isCopy) continue;
      // An insert that was held up on its way for minutes comes late; the sweep finds it, and its fence is closed.
      if (!isLateInsert(world, vm.key)) oracle.violate(`${run} is cleaned and has a VM`);
    }
  }
  for (const { name, zone, labels } of disks.values()) {
    const attempt = google.documents.get(labels[LABELS.run] ?? '')?.state.attempts[Number(labels[LABELS.attempt])];
    const isProven = attempt?.goneAt !== undefined && attempt.decided.zone === zone && attempt.decided.vm === name;
    if (isProven && !isLateInsert(world, `${zone}/${name}`)) oracle.violate(`${name} is proven gone and has a disk`);
  }
  const pushed = new Map<string, number>();
  for (const { run, attempt } of oracle.pushes) {
    if ((pushed.get(run) ?? attempt) !== attempt) oracle.violate(`two attempts of ${run} have pushed`);
    pushed.set(run, attempt);
  }
  for (const [run, { attempt, text }] of oracle.outcomes) {
    if (google.removed.has(run) || google.documents.get(run)?.state.removing) continue;
    const stored = google.objects.get(`runs/${run}/attempts/${attempt}/outcome.json`);
    if (stored !== text) oracle.violate(`the outcome of ${run} was overwritten`);
  }
}

/** First come first served: who takes a place leaves enough of them to those that have waited longer. */
function checkLines({ google, oracle }: World): void {
  for (const [scope, { limit, version }] of google.limits) {
    const line = oracle.lines.get(scope) ?? { waiting: [], version: 0 };
    if (line.version === version) continue;
    oracle.lines.set(scope, line);
    line.version = version;
    for (const run of limit.queue) if (!line.waiting.includes(run)) line.waiting.push(run);
    for (const run of limit.holders) {
      const ahead = line.waiting
        .slice(0, Math.max(0, line.waiting.indexOf(run)))
        .filter((each) => isIn(limit.queue, each));
      if (limit.holders.length + ahead.length > limit.max)
        oracle.violate(`${run} took the place of ${ahead.join(', ')}`);
    }
    line.waiting = line.waiting.filter((run) => isIn(limit.queue, run));
  }
}

const isIn = (runs: readonly string[], run: string): boolean => runs.includes(run);

const isLateInsert = ({ oracle }: World, key: string): boolean => oracle.frozenInserts.has(key);

/** After a cancel was noted, no new VM is wanted. */
function checkCancel({ oracle }: World, run: string, state: RunState): void {
  const seenMs = oracle.cancelSeenMs.get(run);
  if (seenMs === undefined) return;
  for (const [number, { decided }] of Object.entries(state.attempts)) {
    if (Date.parse(decided.at) > seenMs) oracle.violate(`attempt ${number} of ${run} was decided after its cancel`);
  }
}

/** After Compute Engine has said no for good, nothing more is asked for. */
function checkRefusal({ oracle }: World, run: string, state: RunState): void {
  const refusedMs = oracle.refusedMs.get(run);
  if (refusedMs === undefined) return;
  for (const [number, { decided }] of Object.entries(state.attempts)) {
    if (Date.parse(decided.at) > refusedMs + 60_000) oracle.violate(`attempt ${number} of ${run} follows a refusal`);
  }
}

/**
 * Nothing that was to stop something is in the way, nor was a while ago. What cannot be read in one zone is in the way of
 * that zone alone.
 */
const isCalm = (world: World, forMs: number, zone?: string): boolean =>
  !world.plan.faults.some(
    (fault) =>
      'fromMs' in fault &&
      fault.kind !== 'zone-dry' &&
      (fault.kind !== 'gets-fail' || fault.what === zone) &&
      fault.fromMs <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + forMs,
  );

/** After the last fault a run has its whole time once more, and half an hour; those that wait for a place wait for others. */
function checkDeadlines(world: World): void {
  const { google, oracle, timeline, plan, troubleMs } = world;
  for (const run of plan.runs) {
    const state = google.documents.get(run.id)?.state;
    if (!state?.request || state.end) continue;
    const sinceMs = Math.max(troubleMs, ...plan.runs.map(({ id }) => acceptedMs(world, id)));
    const places = Math.min(plan.maxParallel, run.profileMax ?? Infinity);
    const rounds = Math.ceil(plan.runs.length / places);
    const longestMs = Math.max(...plan.runs.map(timeOf));
    const ownMs =
      run.queueLimitSeconds * 1000 + Math.min(run.command.durationMs, run.maxRunSeconds * 1000) + 30 * MINUTE;
    if (timeline.nowMs > sinceMs + ownMs + (rounds - 1) * longestMs)
      oracle.violate(`${run.id} has not ended in its time`);
  }
}

const acceptedMs = ({ google }: World, run: string): number =>
  Date.parse(google.documents.get(run)?.state.acceptedAt ?? '') || 0;

/** From its place to the proof that its VM is gone. */
const timeOf = ({ command, maxRunSeconds, keepSeconds, hasOutput }: PlannedRun): number =>
  Math.min(command.durationMs, maxRunSeconds * 1000) +
  Math.max(keepSeconds * 1000, hasOutput ? 20 * MINUTE : 0) +
  30 * MINUTE;

/** Google's own limit holds for every VM, and is no longer than what its run needs. */
function checkLives({ vms, oracle, timeline, plan }: World): void {
  for (const vm of vms.values()) {
    const run = plan.runs.find(({ id }) => id === vm.body.labels[LABELS.run]);
    if (!run || vm.isCopy || vm.isUnguarded || vm.shown.status === 'TERMINATED') continue;
    const longestMs = (run.maxRunSeconds + run.keepSeconds) * 1000 + 60 * MINUTE;
    if (timeline.nowMs - vm.shownMs > longestMs) oracle.violate(`${vm.shown.name} outlived its limit`);
  }
}

function checkSize({ oracle }: World, run: string, state: RunState): void {
  if (JSON.stringify(state).length > MAX_DOCUMENT_BYTES) oracle.violate(`the document of ${run} is too large`);
}

/** Only who is at rest may be removed, and who was removed does not come back. */
function checkRemoved({ google, oracle }: World): void {
  for (const run of google.removed.keys()) {
    if (google.documents.has(run)) oracle.violate(`${run} was removed and is back`);
    const last = oracle.lastSeen.get(run);
    if (!oracle.removals.has(run)) oracle.violate(`${run} was removed unasked`);
    if (last?.request && last.end === undefined) oracle.violate(`${run} was removed while it lived`);
  }
}

/** Nothing of ours works any more: Google ends every VM. Stopped ones cost a disk. */
export function checkDeserted({ vms, oracle }: World): void {
  for (const { shown, isUnguarded, isCopy, strayMs } of vms.values()) {
    if (shown.labels[LABELS.deployment] !== 'mymlops' || isUnguarded || isCopy || strayMs !== undefined) continue;
    if (shown.status !== 'TERMINATED') oracle.violate(`${shown.name} runs on although nobody is there`);
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
    if (state.end || !state.request) continue;
    for (const [number, attempt] of Object.entries(state.attempts)) {
      const lostMs = oracle.lostMs.get(`${run}/${number}`);
      if (lostMs === undefined || attempt.givenUp || timeline.nowMs - lostMs < 40 * MINUTE) continue;
      // Silence needs no zone that answers.
      if (isCalm(world, 40 * MINUTE)) oracle.violate(`attempt ${number} of ${run} is silent and not given up`);
    }
    const limitMs = state.request.queueLimitSeconds * 1000 + 20 * MINUTE;
    if (waitedMs(world, run, state) > limitMs && isCalm(world, 20 * MINUTE)) {
      oracle.violate(`${run} waits for capacity beyond its limit`);
    }
  }
}

/** Compute Engine has said so, or the VM itself. */
const hadVm = ({ insert, reports }: Attempt): boolean =>
  (insert?.settledAt !== undefined && !insert.failure) || reports !== undefined;

/** For capacity, as the run says; as long as it says nothing since Compute Engine said no. */
function waitedMs({ oracle, timeline }: World, run: string, { capacity, attempts }: RunState): number {
  if (capacity) {
    const sinceMs = capacity.since === undefined ? timeline.nowMs : Date.parse(capacity.since);
    return capacity.waitedSeconds * 1000 + timeline.nowMs - sinceMs;
  }
  return Object.values(attempts).some(hadVm) ? 0 : timeline.nowMs - (oracle.noCapacityMs.get(run) ?? timeline.nowMs);
}

/** An attempt that was given up does not go on beside the next one: its agent sees the fence within a minute. */
function checkOverlap({ oracle, timeline, vms, spell }: World): void {
  if (spell('bucket-out')) return;
  const running = oracle.executions.filter(({ run, attempt, endedMs }) => {
    const vm = [...vms.values()].find(({ key }) => key.endsWith(`-${run}-${attempt}`));
    return endedMs === undefined && vm && !vm.isHung;
  });
  for (const { run, startedMs } of running) {
    const other = running.find((each) => each.run === run && each.startedMs < startedMs);
    if (other && timeline.nowMs - startedMs > 8 * MINUTE) oracle.violate(`two attempts of ${run} run side by side`);
  }
}

/** Everything has had its time. */
export function checkRest(world: World): void {
  const { google, oracle, plan, vms } = world;
  for (const run of plan.runs) {
    const isRemoved = google.removed.has(run.id);
    const state = isRemoved ? oracle.lastSeen.get(run.id) : google.documents.get(run.id)?.state;
    if (!state) oracle.violate(`${run.id} was accepted and is not in the history`);
    else if (!isRemoved) checkEnd(world, run, state);
  }
  checkForeign(world);
  const isOurs = ({ labels }: { labels: Record<string, string> }): boolean => labels[LABELS.deployment] === 'mymlops';
  for (const { shown } of vms.values()) if (isOurs(shown)) oracle.violate(`${shown.name} was left (${shown.status})`);
  for (const disk of world.disks.values()) if (isOurs(disk)) oracle.violate(`the disk ${disk.name} was left`);
  for (const [scope, { limit }] of google.limits) {
    if (limit.holders.length + limit.queue.length > 0) oracle.violate(`${scope} still holds slots`);
  }
}

/** What is not ours is as it was. */
function checkForeign({ plan, vms, disks, oracle }: World): void {
  for (const fault of plan.faults) {
    if (fault.kind !== 'foreign') continue;
    const key = `${fault.zone}/${fault.name}`;
    if (!vms.has(key) || !disks.has(key)) oracle.violate(`${fault.name} of ${fault.whose} is gone`);
  }
}

function checkEnd(world: World, run: PlannedRun, state: RunState): void {
  const { oracle } = world;
  const { end } = state;
  if (!end || !isAtRest(state)) {
    return oracle.violate(
      `${run.id} did not come to its end: ${end ? 'not cleaned' : JSON.stringify(state).slice(0, 300)}`,
    );
  }
  checkSize(world, run.id, state);
  const expected = expectedEnds(world, run, state);
  const actual = `${end.status} ${end.reason ?? ''}`.trim();
  if (!expected.includes(actual)) {
    oracle.violate(
      `${run.id} ended as ${actual} (${end.message.slice(0, 80)}); right would be ${expected.join(' or ')}`,
    );
  }
  const outcome = oracle.outcomes.get(run.id);
  if (outcome && end.status !== 'cancelled' && end.attempt !== outcome.attempt) {
    oracle.violate(`${run.id} ended by attempt ${end.attempt}, and attempt ${outcome.attempt} earned it`);
  }
  checkCancelCounts(world, run, state);
  const withVm = Object.values(state.attempts).filter(hadVm).length;
  if (withVm > MAX_VMS) oracle.violate(`${run.id} had ${withVm} VMs`);
  if (run.hasOutput && outcome && end.status !== 'cancelled') checkPublication(world, run, state);
}

/** A cancel is in the history, and nothing that was finished long after it counts. */
function checkCancelCounts(world: World, run: PlannedRun, { cancel, end }: RunState): void {
  const { oracle } = world;
  if (!oracle.cancelled.has(run.id)) return;
  if (!cancel) oracle.violate(`the cancel of ${run.id} was lost`);
  const seenMs = oracle.cancelSeenMs.get(run.id) ?? Infinity;
  const outcome = oracle.outcomes.get(run.id);
  const isHindered = world.plan.faults.some(({ kind }) => kind === 'down' || kind === 'call' || kind === 'bucket-out');
  if (isHindered || end?.status === 'cancelled' || !outcome || outcome.atMs < seenMs + 10 * MINUTE) return;
  oracle.violate(`${run.id} went on long after it was cancelled`);
}

function checkPublication({ oracle, plan }: World, run: PlannedRun, { publication }: RunState): void {
  const isPushed = oracle.pushes.some((push) => push.run === run.id);
  if (!publication || publication.state === 'pending') oracle.violate(`the publication of ${run.id} is not settled`);
  if (publication?.state === 'failed' && plan.faults.length === 0) {
    oracle.violate(`the push of ${run.id} failed although nothing was in its way`);
  }
  if (publication?.state === 'done' && !isPushed) oracle.violate(`${run.id} says that it was pushed, and was not`);
}

/** Status and reason, as what really happened would have it. */
function expectedEnds(world: World, run: PlannedRun, state: RunState): string[] {
  const { oracle } = world;
  const cancelled = oracle.cancelled.has(run.id) ? ['cancelled cancelled-by-user'] : [];
  if (oracle.usedUp.has(run.id)) return ['failed timed-out', ...cancelled];
  // A complete outcome beats whatever came later.
  if (oracle.outcomes.has(run.id)) return [verdictOf(run)];
  const ends = [...cancelled];
  // A commit that nobody could handle is a run that says so.
  if (oracle.buried.has(run.id) && !state.request) return ['failed internal', ...cancelled];
  if (oracle.refusedMs.has(run.id)) ends.push(oracle.quotaGone.has(run.id) ? 'failed quota' : 'failed permission');
  ends.push(...endsOfLoss(world, run, state));
  const waitedMs = Date.parse(state.end?.at ?? '') - (oracle.noCapacityMs.get(run.id) ?? Infinity);
  if (waitedMs >= run.queueLimitSeconds * 1000) ends.push('failed no-capacity');
  // The agent said why it could not go on, and went down before it could say so in the bucket.
  if (run.command.failsInSetup) ends.push('failed setup-failed');
  const isUnguarded = world.plan.faults.some(
    (fault) => fault.kind === 'unguarded' && fault.run === run.id && state.attempts[fault.attempt],
  );
  if (isUnguarded) ends.push('failed internal');
  return ends;
}

/** All attempts were used up: the last one's fate is the run's. */
function endsOfLoss({ oracle, plan }: World, run: PlannedRun, state: RunState): string[] {
  const withVm = Object.entries(state.attempts).filter(([, attempt]) => hadVm(attempt));
  if (withVm.length < MAX_VMS) return [];
  const fates = oracle.interrupted.get(`${run.id}/${withVm.at(-1)?.[0]}`) ?? [];
  const preemptions = fates.filter((fate) => fate.endsWith('preempt'));
  // Where its zone could not be seen, silence may have come first.
  const isSeen = !plan.faults.some(({ kind }) => kind === 'zone-out' || kind === 'gets-fail' || kind === 'list-misses');
  if (preemptions.length === 0) return ['failed lost'];
  return preemptions.length === fates.length && isSeen ? ['failed preempted'] : ['failed lost', 'failed preempted'];
}

function verdictOf({ command, maxRunSeconds }: PlannedRun): string {
  if (command.failsInSetup) return 'failed setup-failed';
  if (command.durationMs > maxRunSeconds * 1000) return 'failed timed-out';
  return command.exit !== 0 || command.hasError ? 'failed user-error' : 'succeeded';
}

/** VMs and disks that nothing wants, and since when: noted by the history once a minute. */
export function checkUnwanted(world: World, sinceMs: Map<string, number>): void {
  const { oracle, timeline, vms, disks } = world;
  const look = (key: string, isUnwanted: boolean, { zone, limitMs }: { zone: string; limitMs: number }): void => {
    if (!isUnwanted || isHindered(world, zone)) sinceMs.delete(key);
    else if (!sinceMs.has(key)) sinceMs.set(key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(key) ?? 0) > limitMs) {
      oracle.violate(`${key} lived on although nothing wanted it`);
    }
  };
  for (const vm of vms.values()) {
    if (vm.shown.labels[LABELS.deployment] !== 'mymlops') continue;
    const limitMs = vm.strayMs === undefined ? UNWANTED_MS : STRAY_MS;
    look(vm.key, !isWanted(world, vm), { zone: vm.shown.zone, limitMs });
  }
  for (const [key, { labels, zone }] of disks) {
    if (labels[LABELS.deployment] !== 'mymlops') continue;
    look(`disk ${key}`, !vms.has(key), { zone, limitMs: STRAY_MS });
  }
}

/** While the sweep, the acting function or the zone is away, nobody can see or delete what is there. */
function isHindered(world: World, zone: string): boolean {
  const { plan } = world;
  return plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        fault.kind === 'zone-out' ||
        (fault.kind === 'gets-fail' && fault.what === zone) ||
        fault.kind === 'delete-lies' ||
        fault.kind === 'bucket-out' ||
        fault.kind === 'list-misses') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + UNWANTED_MS,
  );
}

/** The oracle's own view of DESIGN 6: an attempt that goes on, one that is to push, one that its user keeps. */
function isWanted({ google, timeline }: World, { body, isCopy, isUnguarded, strayMs }: SimulatedVm): boolean {
  const state = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const number = Number(body.labels[LABELS.attempt]);
  const attempt = state?.attempts[number];
  if (!state || !attempt || attempt.goneAt || isCopy || isUnguarded || strayMs !== undefined) return false;
  if (!state.end) return !attempt.givenUp && !attempt.insert?.failure;
  if (state.end.attempt !== number) return false;
  const sinceMs = timeline.nowMs - Date.parse(state.end.at);
  // A push has twenty minutes from the verdict.
  if (state.publication?.state === 'pending') return sinceMs < 40 * MINUTE;
  return attempt.outcome !== undefined && !state.cancel && sinceMs < (state.request?.keepSeconds ?? 0) * 1000;
}
