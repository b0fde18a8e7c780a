// What must be so once everything is settled: each run has the end that it earned, and nothing is left.
import { LABELS, resultsPrefix, runPrefix, type RunState } from '@mymlops/protocol';
import { isSettled } from '../../../functions/src/engine/run/settled';
import { checkSize } from './every-step';
import { answerLike } from '../faults/google-answers';
import type { Oracle } from './oracle';
import type { Command, Fault, Plan, PlannedRun } from '../faults/plan';
import { periodOf } from './recorded';
import { endsOfRefusal } from './refusals';
import { checkInstanceEnd, isInstanceKept } from './instance';
import { checkToyEnd, isDiskKept, isKept } from './toy';
import type { World } from '../model/world';

const MAX_VMS = 3;
const TAKES_OVER: readonly Fault['kind'][] = ['unlabelled', 'bare'];
const MINUTE = 60_000;

/** Everything has had its time. */
export function checkFinalState(world: World): void {
  const { google, oracle, plan, vms } = world;
  for (const run of plan.runs) {
    const isRemoved = google.removed.has(run.id);
    const state = isRemoved ? oracle.lastSeen.get(run.id) : google.documents.get(run.id)?.state;
    if (!state) oracle.violate(`${run.id} was accepted and is not in the history`);
    else if (!isRemoved) checkEnd(world, run, state);
  }
  checkForeign(world);
  checkRemains(world);
  checkToyEnd(world);
  checkInstanceEnd(world);
  const isOurs = ({ labels }: { labels: Record<string, string> }): boolean => labels[LABELS.deployment] === 'mymlops';
  for (const { shown, key } of vms.values())
    if (isOurs(shown) && !isKept(world, key) && !isInstanceKept(world, key))
      oracle.violate(`${shown.name} was left (${shown.status})`);
  for (const [key, disk] of world.disks) {
    // It goes with the VM that somebody has taken over.
    if (
      isOurs(disk) &&
      !isDiskKept(world, key) &&
      !isInstanceKept(world, key) &&
      vms.get(key)?.takenOverMs === undefined
    )
      oracle.violate(`the disk ${disk.name} was left`);
  }
  for (const [name, { pool }] of google.pools) {
    if (pool.holders.length + pool.queue.length > 0) oracle.violate(`${name} still holds slots`);
  }
}

/** What is not ours is as it was. */
function checkForeign({ foreignVms, vms, disks, oracle }: World): void {
  for (const key of foreignVms) if (!vms.has(key) || !disks.has(key)) oracle.violate(`${key} is not ours and is gone`);
}

/** Of a removed run nothing is in the bucket, unless another VM of its name has come since, and claims what is over. */
function checkRemains({ google, oracle, namesakes, plan }: World): void {
  for (const run of google.removed.keys()) {
    // Nor does anybody delete a VM that its user took over: where the fence went with the run, it works on.
    const isTaken = plan.faults.some((fault) => TAKES_OVER.includes(fault.kind) && 'run' in fault && fault.run === run);
    const isLate = isTaken || [...oracle.frozenInserts, ...namesakes].some((key) => key.includes(run));
    const left = [...google.objects.keys()].find((object) => object.startsWith(runPrefix(run)));
    if (left !== undefined && !isLate) oracle.violate(`${run} was removed, and ${left} is still there`);
  }
}

function checkEnd(world: World, run: PlannedRun, state: RunState): void {
  const { oracle } = world;
  const { end } = state;
  if (!end || !isSettled(state)) {
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
  if (outcome) checkResults(world, run, outcome);
  checkCancelCounts(world, run, state);
  const withVm = knownInTime(oracle, run.id, state).length;
  if (withVm > MAX_VMS) oracle.violate(`${run.id} had ${withVm} VMs`);
  if (isUndisturbed(world.plan) && withVm > 1)
    oracle.violate(`${run.id} had ${withVm} VMs, and nothing befell the first`);
  if (run.hasOutput && outcome && end.status !== 'cancelled') checkPublication(world, run, state);
}

/** Whatever outcome.json lists is in the bucket, as its agent sent it. */
function checkResults(
  { google, oracle }: World,
  run: PlannedRun,
  { attempt, text }: { attempt: number; text: string },
): void {
  for (const { path64 } of (JSON.parse(text) as { manifest: { path64: string }[] }).manifest) {
    const object = `${resultsPrefix(run.id, attempt)}${Buffer.from(path64, 'base64').toString()}`;
    const stored = google.objects.get(object);
    if (stored === undefined) oracle.violate(`${object} is listed and is not there`);
    else if (stored !== oracle.results.get(object)) oracle.violate(`${object} is not what was sent`);
  }
}

/** A cancel is in the history, and nothing that was finished long after it counts. */
function checkCancelCounts(world: World, run: PlannedRun, { cancel, end }: RunState): void {
  const { oracle } = world;
  if (!oracle.cancelled.has(run.id)) return;
  if (!cancel) oracle.violate(`the cancel of ${run.id} was lost`);
  const seenMs = oracle.cancelSeenMs.get(run.id) ?? Infinity;
  const outcome = oracle.outcomes.get(run.id);
  const isHindered = world.plan.faults.some(({ kind }) => ['down', 'call', 'bucket-out', 'refused'].includes(kind));
  if (isHindered || end?.status === 'cancelled' || !outcome || outcome.atMs < seenMs + 10 * MINUTE) return;
  oracle.violate(`${run.id} went on long after it was cancelled`);
}

/** What keeps no VM from its work. */
const HARMLESS: readonly Fault['kind'][] = ['toy', 'answers-lost', 'torn', 'unlabelled', 'bare', 'nameless'];

const isUndisturbed = ({ faults }: Plan): boolean => faults.every(({ kind }) => HARMLESS.includes(kind));

function checkPublication({ oracle, plan }: World, run: PlannedRun, { publication }: RunState): void {
  const isPushed = oracle.pushes.some((push) => push.run === run.id);
  if (!publication || publication.state === 'pending') oracle.violate(`the publication of ${run.id} is not settled`);
  if (publication?.state === 'failed' && isUndisturbed(plan) && !run.pushFails) {
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
  const outcome = oracle.outcomes.get(run.id);
  if (outcome) return [verdictOf(world, run, outcome)];
  const ends = [...cancelled];
  if (oracle.seeminglyUsedUp.has(run.id)) ends.push('failed timed-out');
  // A commit that nobody could handle is a run that says so.
  if (oracle.buried.has(run.id) && !state.request) return ['failed internal', ...cancelled];
  ends.push(
    ...endsOfRefusal(world, run.id, state),
    ...(oracle.denials.get(run.id) ?? []),
    ...endsOfLoss(world, run, state),
  );
  const waitedMs = Date.parse(state.end?.at ?? '') - (oracle.noCapacityMs.get(run.id) ?? Infinity);
  if (waitedMs >= run.queueLimitSeconds * 1000) {
    // Its zones did not answer, or the answer to its insert was lost: nobody learned that they were stocked out.
    const mayBeUnknown = world.plan.faults.some(({ kind }) => kind === 'call' || UNSEEN_BY.includes(kind));
    ends.push(...refusalsPlanned(world.plan, run.id).map((reason) => `failed ${reason}`));
    ends.push('failed no-capacity', ...(mayBeUnknown ? ['failed lost'] : []));
  }
  // Somebody else's VM had its name in every zone that it could try.
  const isNameTaken = world.plan.faults.some((fault) => fault.kind === 'namesake' && fault.run === run.id);
  const givenMs = Date.parse(state.end?.at ?? '') - Date.parse(state.acceptedAt ?? '');
  if (isNameTaken && givenMs >= run.queueLimitSeconds * 1000) ends.push('failed lost');
  // The agent said why it could not go on, and went down before it could say so in the bucket.
  if (run.command.failsInSetup) ends.push('failed setup-failed');
  const lacksTimeLimit = world.plan.faults.some(
    (fault) => fault.kind === 'no-time-limit' && fault.run === run.id && state.attempts[fault.attempt],
  );
  if (lacksTimeLimit) ends.push('failed internal');
  return ends;
}

/** A wait ends with the reason of the last refusal, unless there was a stock-out too. */
const refusalsPlanned = ({ faults }: Plan, run: string): string[] =>
  faults.flatMap((fault) => (fault.kind === 'insert' && fault.run === run ? (answerLike(fault)?.reason ?? []) : []));

/** What became of an insert is not known, and the VM was gone, or could not be seen, when its zone was asked. */
const UNSEEN = ['unanswered', 'neverMade'];

/** Attempts with a VM, as keys of the oracle, but for those that nobody could see or heard of: they may leave the document. */
const knownVms = ({ made, reportedMs }: Oracle, run: string, { attempts }: RunState): string[] =>
  [...made].filter((key) => {
    const [id, number] = key.split('/');
    const attempt = attempts[Number(number)];
    const isUnseen = !attempt || UNSEEN.includes(periodOf(attempt).start.failure?.code ?? '');
    return id === run && !(isUnseen && !reportedMs.has(key));
  });

/** Those of them that were known before the run ended. */
const knownInTime = (oracle: Oracle, run: string, state: RunState): string[] =>
  knownVms(oracle, run, state).filter((key) => {
    const attempt = state.attempts[Number(key.split('/')[1])];
    const settledAt = (attempt && periodOf(attempt).start.settledAt) ?? '';
    const isLate = Date.parse(settledAt) > Date.parse(state.end?.at ?? '');
    return oracle.reportedMs.has(key) || !isLate;
  });

/** Then a zone, or one VM, may be out of sight. */
const UNSEEN_BY: readonly Fault['kind'][] = ['zone-out', 'gets-fail', 'list-misses', 'pages', 'refused'];

/** All attempts were used up: the last one's fate is the run's. */
function endsOfLoss({ oracle, plan }: World, run: PlannedRun, state: RunState): string[] {
  const withVm = knownVms(oracle, run.id, state);
  if (withVm.length < MAX_VMS) return [];
  const last = withVm.at(-1) ?? '';
  const fates = oracle.interrupted.get(last) ?? [];
  const preemptions = fates.filter((fate) => fate.endsWith('preempt'));
  // Where its zone could not be seen, it may have counted as silent first.
  const isSeen = !plan.faults.some(({ kind }) => UNSEEN_BY.includes(kind));
  if (preemptions.length === 0) return ['failed lost'];
  // One that was silent for long when it was preempted is both, until the zone's operations are looked at.
  const lastAttempt = state.attempts[Number(last.split('/')[1])];
  const silentMs = Date.parse((lastAttempt && periodOf(lastAttempt).liveness?.at) ?? '');
  const wasSilent = silentMs - (oracle.lostMs.get(last) ?? -Infinity) < 2 * MINUTE;
  // Somebody else's VM of its name took the claim, so that its own agent went away first.
  const isClaimed = plan.faults.some((fault) => fault.kind === 'namesake' && last === `${fault.run}/${fault.attempt}`);
  return preemptions.length === fates.length && isSeen && !wasSilent && !isClaimed
    ? ['failed preempted']
    : ['failed lost', 'failed preempted'];
}

/** Ends by the notebook, as the command exits with 0. An end on purpose or an announced error is no failure. */
const HIDDEN: Record<NonNullable<Command['leaves']>, string | undefined> = {
  unexecuted: 'failed notebook-not-executed',
  exit: undefined,
  'dead kernel': 'failed kernel-died',
  marked: 'failed user-error',
  announced: undefined,
  'announced exit': 'failed notebook-not-executed',
};

function verdictOf(
  { oracle }: World,
  { id, command, maxRunSeconds }: PlannedRun,
  { attempt, text }: { attempt: number; text: string },
): string {
  if (command.failsInSetup) return 'failed setup-failed';
  const { missing } = JSON.parse(text) as { missing: { path64: string }[] };
  const execution = oracle.executions.find((each) => each.run === id && each.attempt === attempt);
  if (command.durationMs - (execution?.restoredMs ?? 0) > maxRunSeconds * 1000) return 'failed timed-out';
  // Without its notebook nobody knows of the cell.
  const isTold = missing.every(({ path64 }) => !Buffer.from(path64, 'base64').toString().endsWith('.ipynb'));
  if (command.exit !== 0 || (command.hasError && isTold)) return 'failed user-error';
  const hidden = isTold && command.leaves ? HIDDEN[command.leaves] : undefined;
  if (hidden) return hidden;
  return missing.length > 0 ? 'failed results-incomplete' : 'succeeded';
}
