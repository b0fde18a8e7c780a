// An instance on which somebody works stays on, one on which nobody does goes off, its disk is kept until its user deletes it, and
// nothing is left then.
import { INSTANCES as POOL, type InstanceState, type InstanceStop } from '@mymlops/protocol';
import type { Spell } from '../faults/plan';
import { isDown } from '../../fakes/vm-status';
import { instanceOf, newestVm } from '../model/instance';
import { isBusy, lastWorkMs } from '../model/instance-agent';
import { SPEC } from '../model/instance-kind';
import { isInstances } from '../model/instance-labels';
import type { SimulatedVm } from '../model/vm';
import { keyOf } from '../model/vm-lifecycle';
import type { World } from '../model/world';
import { isStopped, saidThatItGoes, softStopMs } from './recorded-instance';
import { periodsOf, recordOf, wasMade } from './recorded-vm';

const MINUTE = 60_000;
/** A VM that is to be off is noticed and stopped by then. */
const STOPPED_MS = 15 * MINUTE;

/** At each change of its document. */
export function checkInstance(world: World): void {
  const { oracle, vms } = world;
  const state = instanceOf(world)?.state;
  if (!state) return;
  const on = [...vms.values()].filter(({ key, shown, isStartedByHand }) => {
    return isInstances(shown) && shown.status === 'RUNNING' && !isStartedByHand && !oracle.frozenInserts.has(key);
  });
  if (on.length > 1) oracle.violate(`${on.length} VMs of the instance are on`);
  checkDisks(world, state);
  const before = oracle.lastInstance;
  if (before === state) return;
  oracle.lastInstance = state;
  if (before && before.stop !== state.stop && state.stop) checkReason(world, before, state.stop);
  checkSlot(world, state);
  checkPeriods(world, state);
  checkProposal(world, before, state);
  const isCounted = state.stop?.period === state.stopped;
  if (before && state.uid === before.uid && state.stopped > before.stopped && !isCounted)
    oracle.violate(`period ${state.stopped} counts as stopped, and nothing says why`);
}

/** A period begins when the one before it is over. */
function checkPeriods({ oracle }: World, { vms }: InstanceState): void {
  for (const record of Object.values(vms)) {
    const earlier = periodsOf(record).slice(0, -1);
    if (earlier.some(({ start, down }) => !down && !start.failure))
      oracle.violate(`${record.name} began a period before the last one was over`);
  }
}

/** Who has extended the period is not asked to leave it. */
function checkProposal({ oracle, timeline }: World, before: InstanceState | undefined, state: InstanceState): void {
  const { proposal, until } = state;
  if (!proposal || proposal.number === before?.proposal?.number || until?.period !== state.current) return;
  if (timeline.nowMs < Date.parse(until.at)) oracle.violate('an idle stop was proposed before the extension is over');
}

/** Once a minute: a start that has waited for longer than its user allows, or has failed and goes on. */
export function checkInstanceWait(world: World): void {
  const { oracle, timeline } = world;
  const state = instanceOf(world)?.state;
  if (!state?.wait || state.deletion || isStopped(state) || isHindered(world, '', 'zone-stocked-out')) return;
  if (state.current >= state.started) return checkFailedStart(world, state);
  const endsMs = Date.parse(state.wait.since) + state.wait.seconds * 1000 + 2 * STOPPED_MS;
  if (timeline.nowMs > endsMs) oracle.violate('a start waits for longer than it may');
}

/** A VM without its time limit is stopped first. */
function checkFailedStart({ oracle, timeline }: World, { vms, vmCount }: InstanceState): void {
  const { failure, settledAt } = (vms[vmCount] && periodsOf(vms[vmCount]).at(-1)?.start) ?? {};
  if (!failure || failure.code === 'noTimeLimit') return;
  if (timeline.nowMs - Date.parse(settledAt ?? '') > 2 * STOPPED_MS) oracle.violate('a start that failed goes on');
}

/** A disk with work is there until its user deletes the instance, or somebody has deleted the disk. */
function checkDisks({ oracle, disks }: World, { vms, deletion, uid = '' }: InstanceState): void {
  if (deletion) {
    if (!oracle.userDeletions.has(uid)) oracle.violate(`the instance is deleted, and nobody has requested that`);
    return;
  }
  for (const record of Object.values(vms)) {
    const key = keyOf(record.zone, record.name);
    if (wasMade(record) && !disks.has(key) && !oracle.disksByHand.has(key)) oracle.violate(`${key} has lost its disk`);
  }
}

/** Why a period is over is what happened. `state`: the one before. */
function checkReason(world: World, state: InstanceState, stop: InstanceStop): void {
  const { oracle, timeline } = world;
  const record = state.vms[state.vmCount];
  const key = record && keyOf(record.zone, record.name);
  switch (stop.reason) {
    case 'user':
      if (!oracle.userStops.has(`${state.uid} ${stop.period}`))
        oracle.violate(`period ${stop.period} counts as stopped by its user`);
      return;
    case 'idle':
      if (![...oracle.gone].some((each) => each.startsWith(`${key} `)))
        oracle.violate(`period ${stop.period} counts as idle, and its VM has not agreed`);
      return;
    case 'soft-stop':
      if (record && timeline.nowMs < softStopMs(state, record)) oracle.violate('a soft stop before its time');
      return;
    default:
  }
}

/** A period that is on, or about to be, has its slot. */
function checkSlot({ oracle, google }: World, { vms, deletion }: InstanceState): void {
  const holders = google.pools.get(POOL)?.pool.holders ?? [];
  const isOn = Object.values(vms).some((record) => {
    const last = periodsOf(record).at(-1);
    return last !== undefined && last.start.actor !== 'console' && !last.start.failure && !last.down && !record.goneAt;
  });
  if (isOn && !deletion && holders.length === 0) oracle.violate('the instance is on and has no slot');
}

/** Once a minute: VMs that should be off, and since when. */
export function checkInstanceOff(world: World, sinceMs: Map<string, number>): void {
  const { oracle, timeline, vms } = world;
  const state = instanceOf(world)?.state;
  for (const vm of vms.values()) {
    if (!isInstances(vm.shown)) continue;
    const why = state && vm.shown.status === 'RUNNING' ? whyOff(world, state, vm) : undefined;
    if (why === undefined || isHindered(world, vm.shown.zone)) sinceMs.delete(vm.key);
    else if (!sinceMs.has(vm.key)) sinceMs.set(vm.key, timeline.nowMs);
    else if (timeline.nowMs - (sinceMs.get(vm.key) ?? 0) > STOPPED_MS) oracle.violate(`${vm.key} is on: ${why}`);
  }
}

/** Why the VM should not be on; undefined where it may. */
function whyOff(world: World, state: InstanceState, vm: SimulatedVm): string | undefined {
  const { timeline, startMs } = world;
  const [number, record] = recordOf(state, vm) ?? [];
  if (!record) return 'nobody knows of it';
  if (state.deletion) return 'it is deleted';
  if (number !== state.vmCount) return 'it is not the newest';
  const last = periodsOf(record).at(-1);
  if (isStopped(state)) return 'it was stopped';
  if (last?.down !== undefined || last?.start.startedAt !== vm.shown.lastStartAt) return 'nobody knows of its start';
  if (!last?.timeLimitVerifiedAt) return 'nobody knows of its time limit';
  if (timeline.nowMs > softStopMs(state, record)) return 'its soft stop is over';
  const wasReset = vm.resetIn === vm.starts.length;
  // One that hangs before its power is off is switched off once that word has come, which may take hours.
  const isExpectedOff = !vm.isHung || saidThatItGoes(state, number);
  if (!wasReset && isExpectedOff && world.oracle.gone.has(`${vm.key} ${vm.starts.length}`))
    return 'its agent said that it goes';
  const untilMs = state.until?.period === state.current ? Date.parse(state.until.at) : 0;
  const idleSinceMs = Math.max(
    lastWorkMs(world),
    startMs,
    Date.parse(vm.starts.at(-1)?.at ?? '') + 3 * MINUTE,
    untilMs,
  );
  // A proposal that was vetoed comes again after ten minutes.
  const isIdle = !isBusy(world) && !vm.isHung && vm.onShutdown !== undefined;
  if (isIdle && !wasReset && timeline.nowMs > idleSinceMs + SPEC.idleSeconds * 1000 + 10 * MINUTE)
    return 'nobody works on it';
  return undefined;
}

/** `but`: a kind of spell that hinders nobody. */
function isHindered(world: World, zone: string, but?: Spell['kind']): boolean {
  const { plan, timeline, hinderedMs } = world;
  if (timeline.nowMs - hinderedMs < 20 * MINUTE) return true;
  return plan.faults.some(
    (fault) =>
      'fromMs' in fault &&
      fault.kind !== 'works' &&
      fault.kind !== but &&
      (fault.kind === 'refused' || !fault.kind.startsWith('zone') || fault.what === zone || fault.what === '*') &&
      fault.fromMs - MINUTE <= world.elapsedMs() &&
      world.elapsedMs() < fault.toMs + STOPPED_MS,
  );
}

/** Nobody deletes a VM of an instance that its user has not deleted, but one that was never of use. */
export function checkInstanceDeletion(world: World, vm: SimulatedVm): void {
  const state = isInstances(vm.shown) ? instanceOf(world)?.state : undefined;
  const [number, record] = (state && recordOf(state, vm)) ?? [];
  if (!state || !record || world.oracle.frozenInserts.has(vm.key)) return;
  if (wasMade(record) && number === state.vmCount && !state.deletion)
    world.oracle.violate(`${vm.key} was deleted, and nobody has requested that`);
}

/** One number, one VM; but for an insert that was held up on its way. */
export function noteInstanceInsert({ oracle }: World, key: string, labels: Record<string, string>): void {
  if (!isInstances({ labels }) || oracle.frozenInserts.has(key)) return;
  if (oracle.made.has(key)) oracle.violate(`${key} of the instance was made twice`);
  oracle.made.add(key);
}

/** It is off or gone, and no sweep reads it. */
export function isInstanceSettled(world: World): boolean {
  const kept = instanceOf(world);
  const all = [...world.vms.values()].filter(({ shown }) => isInstances(shown));
  if (!kept) return all.length === 0;
  return !kept.summary.live && all.every((vm) => isDown(vm.shown) && isInstanceKept(world, vm.key));
}

/** The VM and the disk under that name may stay. */
export function isInstanceKept(world: World, key: string): boolean {
  const state = instanceOf(world)?.state;
  if (!state || state.deletion) return false;
  const record = state.vms[state.vmCount];
  if (!record || key !== keyOf(record.zone, record.name)) return false;
  return wasMade(record) || record.reportedId !== undefined;
}

/** When everything is settled. */
export function checkInstanceEnd(world: World): void {
  const kept = instanceOf(world);
  if (!kept) return;
  const { oracle } = world;
  const { state } = kept;
  if (!isInstanceSettled(world))
    oracle.violate(`the instance did not come to rest: ${JSON.stringify(state).slice(0, 600)}`);
  if (state.deletion && !state.deletedAt) oracle.violate('the instance was deleted and is still there');
  if (!state.deletion && oracle.userDeletions.has(state.uid ?? ''))
    oracle.violate('the deletion of the instance is lost');
  const vm = newestVm(world);
  if (vm && vm.shown.status === 'RUNNING') oracle.violate(`${vm.key} is on in the end`);
}
