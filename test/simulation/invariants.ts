// What must hold at every step, and once everything is at rest.
import { LABELS, type RunState } from '@mymlops/protocol';
import { isAtRest } from '../../functions/src/engine/at-rest';
import type { PlannedRun } from './plan';
import type { World } from './world';

const MINUTE = 60_000;
/** An unwanted VM lives at most so long while sweeps work. */
const UNWANTED_MS = 15 * MINUTE;
const MAX_DOCUMENT_BYTES = 200_000;
const MAX_VMS = 3;

export function checkStep(world: World): void {
  const { google, oracle, timeline, vms } = world;
  for (const [run, { state }] of google.documents) {
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
  const pushed = new Map<string, number>();
  for (const { run, attempt } of oracle.pushes) {
    if ((pushed.get(run) ?? attempt) !== attempt) oracle.violate(`two attempts of ${run} have pushed`);
    pushed.set(run, attempt);
  }
  for (const [run, { attempt, text }] of oracle.outcomes) {
    const stored = google.objects.get(`runs/${run}/attempts/${attempt}/outcome.json`);
    if (stored !== text) oracle.violate(`the outcome of ${run} was overwritten`);
  }
}

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

/** Nothing that was to stop something is in the way, nor was a while ago. */
const isCalm = (world: World, forMs: number): boolean =>
  !world.plan.faults.some((fault) =>
    'fromMs' in fault
      ? fault.kind !== 'zone-dry' && fault.fromMs <= world.elapsedMs() && world.elapsedMs() < fault.toMs + forMs
      : false,
  );

/** What must not take for ever, looked at once a minute. */
export function checkProgress(world: World): void {
  const { google, oracle, timeline } = world;
  checkOverlap(world);
  for (const [run, { state }] of google.documents) {
    if (state.end || !state.request) continue;
    for (const [number, attempt] of Object.entries(state.attempts)) {
      const hungMs = oracle.hungMs.get(`${run}/${number}`);
      if (hungMs === undefined || attempt.givenUp || timeline.nowMs - hungMs < 40 * MINUTE) continue;
      if (isCalm(world, 40 * MINUTE)) oracle.violate(`attempt ${number} of ${run} is silent and not given up`);
    }
    const { since, waitedSeconds = 0 } = state.capacity ?? {};
    if (since === undefined) continue;
    const waitedMs = waitedSeconds * 1000 + timeline.nowMs - Date.parse(since);
    if (waitedMs > state.request.queueLimitSeconds * 1000 + 20 * MINUTE && isCalm(world, 20 * MINUTE)) {
      oracle.violate(`${run} waits for capacity beyond its limit`);
    }
  }
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
    const state = google.documents.get(run.id)?.state;
    if (!state) oracle.violate(`${run.id} was accepted and is not in the history`);
    else checkEnd(world, run, state);
  }
  for (const vm of vms.values()) oracle.violate(`${vm.shown.name} was left (${vm.shown.status})`);
  for (const disk of world.disks.keys()) oracle.violate(`the disk ${disk} was left`);
  for (const [scope, { limit }] of google.limits) {
    if (limit.holders.length + limit.queue.length > 0) oracle.violate(`${scope} still holds slots`);
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
  if (JSON.stringify(state).length > MAX_DOCUMENT_BYTES) oracle.violate(`the document of ${run.id} is too large`);
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
  const withVm = Object.values(state.attempts).filter(({ insert }) => insert?.settledAt && !insert.failure).length;
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
function expectedEnds({ oracle, plan }: World, run: PlannedRun, state: RunState): string[] {
  const cancelled = oracle.cancelled.has(run.id) ? ['cancelled cancelled-by-user'] : [];
  if (oracle.usedUp.has(run.id)) return ['failed timed-out', ...cancelled];
  if (oracle.outcomes.has(run.id)) return [...cancelled, verdictOf(run)];
  const withVm = Object.values(state.attempts).filter(({ insert }) => insert?.settledAt && !insert.failure).length;
  const ends = [...cancelled];
  // A commit that nobody could handle is a run that says so.
  if (oracle.buried.has(run.id) && !state.request) return ['failed internal', ...cancelled];
  if (oracle.refusedMs.has(run.id)) ends.push('failed quota', 'failed permission');
  if (withVm >= MAX_VMS) ends.push('failed lost', 'failed preempted');
  if (plan.faults.some(({ kind }) => kind === 'zone-dry' || kind === 'insert')) ends.push('failed no-capacity');
  // The agent said why it could not go on, and went down before it could say so in the bucket.
  if (run.command.failsInSetup) ends.push('failed setup-failed');
  return ends;
}

function verdictOf({ command, maxRunSeconds }: PlannedRun): string {
  if (command.failsInSetup) return 'failed setup-failed';
  if (command.durationMs > maxRunSeconds * 1000) return 'failed timed-out';
  return command.exit !== 0 || command.hasError ? 'failed user-error' : 'succeeded';
}

/** VMs that nothing wants, and since when: noted by the history once a minute. */
export function checkUnwanted(world: World, sinceMs: Map<string, number>): void {
  const { google, oracle, timeline, vms, plan } = world;
  // While the sweep, the acting function or a zone is away, nobody can see or delete it.
  const isHindered = plan.faults.some(
    (fault) =>
      (fault.kind === 'down' ||
        fault.kind === 'zone-out' ||
        fault.kind === 'delete-lies' ||
        fault.kind === 'list-misses') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + UNWANTED_MS,
  );
  for (const vm of vms.values()) {
    const state = google.documents.get(vm.body.labels[LABELS.run] ?? '')?.state;
    const attempt = state?.attempts[Number(vm.body.labels[LABELS.attempt])];
    const isUnwanted = !attempt || attempt.goneAt !== undefined || vm.isCopy === true;
    if (!isUnwanted || isHindered) sinceMs.delete(vm.key);
    else if (!sinceMs.has(vm.key)) sinceMs.set(vm.key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(vm.key) ?? 0) > UNWANTED_MS) {
      oracle.violate(`${vm.shown.name} lived on although nothing wanted it`);
    }
  }
}
