// What is noticed at Compute Engine: calls that nobody should make, and what the oracle has to know.
import { isDown } from '../../fakes/vm-status';
import { LABELS } from '@mymlops/protocol';
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import type { CloudFailure } from '../../../functions/src/ports/cloud-answer';
import type { CloudVm } from '../../../functions/src/ports/compute-view';
import { periodOf } from './recorded';
import { instanceOf } from '../model/instance';
import { isInstances } from '../model/instance-labels';
import { toyOf } from '../model/toy';
import { isToys } from '../model/toy-labels';
import type { SimulatedVm } from '../model/vm';
import type { Invocation, World } from '../model/world';

/** A zone has so long to say what became of an insert. */
const PATIENCE_MS = 30 * 60_000;

/** Grace period of the deployment of a history. */
const GRACE_MS = 570_000;

/**
 * What a VM reports cannot be written, or could not until a while ago, and probes can: no quota of Google's is on the documents
 * of runs alone, so that the functions need not know of it.
 */
const isDeaf = (world: World): boolean =>
  world.plan.faults.some(
    (fault) =>
      fault.kind === 'refused' &&
      fault.calls.startsWith('runs.') &&
      fault.fromMs <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + 15 * 60_000,
  );

/** Nobody deletes a VM that works for a run which needs it. */
export function checkDeletion(world: World, vm: SimulatedVm): void {
  const run = vm.body.labels[LABELS.run] ?? '';
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  const { oracle, timeline, google } = world;
  const isBusy = oracle.executions.some(
    (each) => each.run === run && each.attempt === attempt && each.endedMs === undefined,
  );
  // One that could outlive us is deleted, whatever it does.
  if (
    !isBusy ||
    vm.isCopy ||
    vm.lacksTimeLimit ||
    vm.isRestarted ||
    vm.isHung ||
    oracle.cancelled.has(run) ||
    isDeaf(world) ||
    vm.shown.status !== 'RUNNING'
  )
    return;
  // What it said when it was given up already, or so shortly before that it was still on its way, comes too late.
  const fencedAt = google.documents.get(run)?.state.attempts[attempt]?.vm.fencedAt;
  const doomedMs = fencedAt === undefined ? timeline.nowMs : Date.parse(fencedAt);
  const heardMs = vm.heardMs.findLast((atMs) => atMs < doomedMs - 3 * 60_000);
  // One that has never reported has ten minutes.
  const patienceMs = heardMs === undefined ? 9 * 60_000 : 14 * 60_000;
  if (doomedMs - (heardMs ?? vm.shownMs) > patienceMs) return;
  oracle.violate(`the VM of attempt ${attempt} of ${run} was deleted while it worked and was heard of`);
}

/** Between the look at something and the call that follows. */
const LOOK_MS = 10_000;

/** Whatever has not our label is not ours, whatever it is called. Who took the label off just now may be too late. */
export function checkOwner(
  { oracle, timeline }: World,
  { name, labels }: { name: string; labels: Record<string, string> },
  { takenOverMs = -Infinity, frozenMs }: { takenOverMs?: number; frozenMs: number },
): void {
  if (labels[LABELS.deployment] === 'mymlops' || timeline.nowMs - takenOverMs < LOOK_MS + frozenMs) return;
  oracle.violate(`${name} is not ours and was touched`);
}

/** A run's result is for its attempt's VM, and for no other one of that name. */
export function checkResultSentTo({ oracle, foreignVms }: World, { key }: SimulatedVm): void {
  if (foreignVms.has(key)) oracle.violate(`${key} is not the attempt's and got its result`);
}

/** A VM that its user keeps stays until its time is over. */
export function checkKept({ google, plan, oracle, timeline }: World, vm: SimulatedVm): void {
  const { body, shown } = vm;
  const run = plan.runs.find(({ id }) => id === body.labels[LABELS.run]);
  const isOther = vm.isCopy || vm.isAgain || vm.lacksTimeLimit || vm.orphanMs !== undefined;
  if (!run || run.keepSeconds === 0 || isOther || shown.status !== 'RUNNING') return;
  const earned = oracle.outcomes.get(run.id);
  if (!earned || String(earned.attempt) !== body.labels[LABELS.attempt] || oracle.cancelled.has(run.id)) return;
  const { end, attempts } = google.documents.get(run.id)?.state ?? {};
  const attempt = attempts?.[earned.attempt];
  const down = attempt && periodOf(attempt).down;
  // It is kept while it is on: once it was seen off, its deletion is repeated until it is gone, started again meanwhile or not.
  // every-step.ts checks that it was off when the document said so.
  if (down && Date.parse(down.at) < Date.parse(vm.starts.at(-1)?.at ?? '')) return;
  // It is kept for what was executed.
  if (end && timeline.nowMs >= Date.parse(end.at) + run.keepSeconds * 1000) return;
  oracle.violate(`the VM of ${run.id} was deleted although it is kept`);
}

/** An orphan has its grace period from its first sight. */
export function checkOrphan({ oracle, timeline }: World, sinceMs: number | undefined): void {
  if (sinceMs !== undefined && timeline.nowMs - sinceMs < GRACE_MS) {
    oracle.violate('an orphan was deleted before its grace period was over');
  }
}

/** The call was held up on its way until its attempt was over, or had its VM by another one: it finds the fence or the claim. */
export function noteLateInsert(world: World, key: string, body: InsertBody): void {
  const { google, oracle, plan } = world;
  const isHeldUp = plan.faults.some((fault) => 'name' in fault && fault.name === 'compute.insert');
  const state = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const toy = isToys(body)
    ? Object.values(toyOf(world)?.state.vms ?? {}).find(({ name }) => name === body.name)
    : undefined;
  const instance = isInstances(body)
    ? Object.values(instanceOf(world)?.state.vms ?? {}).find(({ name }) => name === body.name)
    : undefined;
  const vm = toy ?? instance ?? state?.attempts[Number(body.labels[LABELS.attempt])]?.vm;
  if (isHeldUp && (!vm || vm.fencedAt || vm.goneAt || vm.periods[1]?.start.settledAt)) oracle.frozenInserts.add(key);
}

/** A VM that has reported is not requested again, whatever became of the answer: who acts looks first. */
export function checkInsertedOnce({ oracle, timeline }: World, { labels }: InsertBody, { frozenMs }: Invocation): void {
  const reportedMs = oracle.reportedMs.get(`${labels[LABELS.run]}/${labels[LABELS.attempt]}`) ?? Infinity;
  if (timeline.nowMs - reportedMs > LOOK_MS + frozenMs)
    oracle.violate(`${labels[LABELS.run]} requests a VM again that has reported`);
}

/**
 * Runs with a VM: never more than may be, until the VM is gone. One that was held up on its way runs nothing, and is not
 * counted.
 */
export function checkParallel({ vms, plan, oracle, timeline }: World): void {
  const withVm = new Set<string>();
  for (const vm of vms.values()) {
    const { key, shown, body, isCopy, orphanMs } = vm;
    const run = shown.labels[LABELS.deployment] === 'mymlops' && body.labels[LABELS.run];
    if (!run || isCopy || orphanMs !== undefined || isLongOver(vm, timeline.nowMs)) continue;
    if (!oracle.frozenInserts.has(key)) withVm.add(run);
  }
  if (withVm.size > plan.maxParallel) oracle.violate(`${withVm.size} runs have a VM; ${plan.maxParallel} may`);
  const limited = plan.runs.filter(({ id, profileMax }) => profileMax !== undefined && withVm.has(id));
  const max = limited[0]?.profileMax ?? Infinity;
  if (limited.length > max) oracle.violate(`${limited.length} runs of a profile have a VM; ${max} may`);
}

/** It ended long ago, and stands there because nobody could delete it: it bills its disk alone, and holds no slot. */
const isLongOver = ({ shown, shownMs, body }: SimulatedVm, nowMs: number): boolean =>
  isDown(shown) && nowMs > shownMs + Number(body.scheduling.maxRunDuration.seconds) * 1000 + 60 * 60_000;

/** What befalls a VM whose attempt is over changes no end. */
export function noteInterruption({ google, oracle }: World, run: string, attempt: number, kind: string): void {
  if (google.documents.get(run)?.state.attempts[attempt]?.vm.fencedAt !== undefined) return;
  const key = `${run}/${attempt}`;
  oracle.interrupted.set(key, [...(oracle.interrupted.get(key) ?? []), kind]);
}

/** Every zone may have had its turn: the wait for capacity begins. */
export function noteNoCapacity({ oracle, timeline }: World, run: string): void {
  if (!oracle.noCapacityMs.has(run)) oracle.noCapacityMs.set(run, timeline.nowMs);
}

/** Whoever has waited long enough for a zone that does not answer tries another one. */
export function noteUnanswered(world: World, zone: string): void {
  for (const [run, { state }] of world.google.documents) {
    for (const attempt of Object.values(state.attempts)) {
      const { start, reports } = periodOf(attempt);
      const isOpen = attempt.vm.zone === zone && start.settledAt === undefined && !reports;
      if (isOpen && world.timeline.nowMs - Date.parse(start.at) >= PATIENCE_MS) noteNoCapacity(world, run);
    }
  }
}

/** A right or a quota is gone for a while: that is an end, and no wrong one. */
export function noteDenial({ oracle }: World, { labels }: InsertBody, answer: object): void {
  if (!('refused' in answer)) return;
  const run = labels[LABELS.run] ?? '';
  const { code } = answer.refused as CloudFailure;
  const ends = oracle.denials.get(run) ?? new Set();
  oracle.denials.set(run, ends.add(code === 'forbidden' ? 'failed permission' : 'failed quota'));
}

/** Whoever finds the name of its VM taken tries another zone. */
export function noteTakenName(world: World, { zone, name }: CloudVm): void {
  if (!world.foreignVms.has(`${zone}/${name}`)) return;
  for (const { id } of world.plan.runs) if (name.startsWith(`mymlops-${id}-`)) noteNoCapacity(world, id);
}

/** Where nothing speaks against any zone, no two more VMs stand in one than in another. */
export function checkSpread({ vms, plan, oracle }: World, zone: string): void {
  if (plan.faults.length > 0) return;
  const standIn = (where: string): number => [...vms.values()].filter(({ shown }) => shown.zone === where).length;
  const fewest = Math.min(...plan.zones.map(standIn));
  if (standIn(zone) > fewest + 1) oracle.violate(`${zone} got a VM although another zone has fewer`);
}

/** A zone that had nothing is left alone by that run for a minute. */
export function checkPause({ oracle, timeline }: World, run: string, zone: string): void {
  const key = `${run}/${zone}`;
  const lastMs = oracle.stockedOutMs.get(key);
  if (lastMs !== undefined && timeline.nowMs - lastMs < 60_000) oracle.violate(`${run} tried ${zone} again at once`);
  oracle.stockedOutMs.set(key, timeline.nowMs);
}
