// What is noticed at Compute Engine: calls that nobody should make, and what the oracle has to know.
import { isDown } from '../fakes/vm-status';
import { LABELS } from '@mymlops/protocol';
import type { InstanceBody } from '../../functions/src/engine/vm/insert-body';
import type { CloudVm } from '../../functions/src/ports';
import type { SimulatedVm } from './vm';
import type { Invocation, World } from './world';

/** A zone has so long to say what became of an insert. */
const PATIENCE_MS = 30 * 60_000;

/** As the deployment of a history is set. */
const SUSPECT_MS = 570_000;

/** Nobody deletes a machine that works for a run which wants it. */
export function checkDeletion(world: World, vm: SimulatedVm): void {
  const run = vm.body.labels[LABELS.run] ?? '';
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  const { oracle, timeline, google } = world;
  const isBusy = oracle.executions.some(
    (each) => each.run === run && each.attempt === attempt && each.endedMs === undefined,
  );
  // One that could outlive us is not let live, whatever it does.
  if (
    !isBusy ||
    vm.isCopy ||
    vm.isUnguarded ||
    vm.isRestarted ||
    vm.isHung ||
    oracle.cancelled.has(run) ||
    vm.shown.status !== 'RUNNING'
  )
    return;
  // What it said when it was given up already, or so shortly before that it was still on its way, comes too late.
  const closedAt = google.documents.get(run)?.state.attempts[attempt]?.closedAt;
  const doomedMs = closedAt === undefined ? timeline.nowMs : Date.parse(closedAt);
  const heardMs = vm.heardMs.findLast((atMs) => atMs < doomedMs - 3 * 60_000);
  // One that was never heard of has ten minutes.
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

/** What is told to an attempt's VM is for no other one of its name. */
export function checkTold({ oracle, strangers }: World, { key }: SimulatedVm): void {
  if (strangers.has(key)) oracle.violate(`${key} is not the attempt's and was told its verdict`);
}

/** A VM that its user keeps stays until its time is over. */
export function checkKept({ google, plan, oracle, timeline }: World, vm: SimulatedVm): void {
  const { body, shown } = vm;
  const run = plan.runs.find(({ id }) => id === body.labels[LABELS.run]);
  const isOther = vm.isCopy || vm.isAgain || vm.isUnguarded || vm.strayMs !== undefined;
  if (!run || run.keepSeconds === 0 || isOther || shown.status !== 'RUNNING') return;
  const earned = oracle.outcomes.get(run.id);
  if (!earned || String(earned.attempt) !== body.labels[LABELS.attempt] || oracle.cancelled.has(run.id)) return;
  // It is kept for what was executed.
  const { end } = google.documents.get(run.id)?.state ?? {};
  if (end && timeline.nowMs >= Date.parse(end.at) + run.keepSeconds * 1000) return;
  oracle.violate(`the VM of ${run.id} was deleted although it is kept`);
}

/** What nothing explains has ten minutes from its first sight in which something may. */
export function checkStray({ oracle, timeline }: World, sinceMs: number | undefined): void {
  if (sinceMs !== undefined && timeline.nowMs - sinceMs < SUSPECT_MS) {
    oracle.violate('what nothing explains was deleted before its time');
  }
}

/** The call was held up on its way until its attempt was over, or had its VM by another one: it finds the fence or the claim. */
export function noteLateInsert({ google, oracle, plan }: World, key: string, body: InstanceBody): void {
  const isHeldUp = plan.faults.some((fault) => 'name' in fault && fault.name === 'cloud.insert');
  const state = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
  const attempt = state?.attempts[Number(body.labels[LABELS.attempt])];
  if (isHeldUp && (!attempt || attempt.closedAt || attempt.goneAt || attempt.insert?.settledAt))
    oracle.frozenInserts.add(key);
}

/** A VM that has spoken is not asked for again, whatever became of the answer: whoever wants to act looks first. */
export function checkSpoken({ oracle, timeline }: World, { labels }: InstanceBody, { frozenMs }: Invocation): void {
  const spokenMs = oracle.spokenMs.get(`${labels[LABELS.run]}/${labels[LABELS.attempt]}`) ?? Infinity;
  if (timeline.nowMs - spokenMs > LOOK_MS + frozenMs)
    oracle.violate(`${labels[LABELS.run]} asks again for a VM that has spoken`);
}

/**
 * Runs with a VM: never more than may be, until the VM is gone. One that was held up on its way runs nothing, and is not
 * counted.
 */
export function checkParallel({ vms, plan, oracle, timeline }: World): void {
  const seated = new Set<string>();
  for (const vm of vms.values()) {
    const { key, shown, body, isCopy, strayMs } = vm;
    const run = shown.labels[LABELS.deployment] === 'mymlops' && body.labels[LABELS.run];
    if (!run || isCopy || strayMs !== undefined || isLongOver(vm, timeline.nowMs)) continue;
    if (!oracle.frozenInserts.has(key)) seated.add(run);
  }
  if (seated.size > plan.maxParallel) oracle.violate(`${seated.size} runs have a VM; ${plan.maxParallel} may`);
  const limited = plan.runs.filter(({ id, profileMax }) => profileMax !== undefined && seated.has(id));
  const max = limited[0]?.profileMax ?? Infinity;
  if (limited.length > max) oracle.violate(`${limited.length} runs of a profile have a VM; ${max} may`);
}

/** It ended long ago, and stands there because nobody could delete it: it bills its disk alone, and holds no place. */
const isLongOver = ({ shown, shownMs, body }: SimulatedVm, nowMs: number): boolean =>
  isDown(shown) && nowMs > shownMs + Number(body.scheduling.maxRunDuration.seconds) * 1000 + 60 * 60_000;

/** What befalls a VM whose attempt is over changes no end. */
export function noteInterruption({ google, oracle }: World, run: string, attempt: number, kind: string): void {
  if (google.documents.get(run)?.state.attempts[attempt]?.closedAt !== undefined) return;
  const key = `${run}/${attempt}`;
  oracle.interrupted.set(key, [...(oracle.interrupted.get(key) ?? []), kind]);
}

/** Every zone may have had its turn: the wait for capacity begins. */
export function noteNoCapacity({ oracle, timeline }: World, run: string): void {
  if (!oracle.noCapacityMs.has(run)) oracle.noCapacityMs.set(run, timeline.nowMs);
}

/** Whoever has waited long enough for a zone that does not answer tries another one. */
export function noteSilence(world: World, zone: string): void {
  for (const [run, { state }] of world.google.documents) {
    for (const { decided, insert: sent, reports } of Object.values(state.attempts)) {
      const isOpen = decided.zone === zone && sent?.settledAt === undefined && !reports;
      if (isOpen && world.timeline.nowMs - Date.parse(decided.at) >= PATIENCE_MS) noteNoCapacity(world, run);
    }
  }
}

/** Whoever finds the name of its VM taken tries another zone. */
export function noteTakenName(world: World, { zone, name }: CloudVm): void {
  if (!world.strangers.has(`${zone}/${name}`)) return;
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
  const lastMs = oracle.dryMs.get(key);
  if (lastMs !== undefined && timeline.nowMs - lastMs < 60_000) oracle.violate(`${run} asked ${zone} again at once`);
  oracle.dryMs.set(key, timeline.nowMs);
}
