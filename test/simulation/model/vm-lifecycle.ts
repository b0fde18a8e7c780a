// VMs of a history, whoever made them: how they come without an insert, and how they go.
import { LABELS } from '@mymlops/protocol';
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import { keepsDisk } from '../../fakes/vm-status';
import { periodOf } from '../oracle/recorded';
import type { SimulatedVm } from './vm';
import type { World } from './world';

export const keyOf = (zone: string, name: string): string => `${zone}/${name}`;

/** What the zone's operations tell of it from now on. */
export function note({ history, timeline }: World, { key }: SimulatedVm, type: string, endedMs?: number): void {
  const at = new Date(timeline.nowMs).toISOString();
  const ended = endedMs !== undefined && { endedAt: new Date(endedMs).toISOString() };
  history.set(key, [...(history.get(key) ?? []), { type, at, ...ended }]);
}

/** What a VM has before anything of ours runs on it. */
export const unbooted = () => ({
  metadata: new Map<string, string>(),
  heardMs: [],
  starts: [],
  boots: 0,
  isPreempted: false,
  isHung: false,
  skewMs: 0,
});

/** A VM with its disk that no attempt has requested. */
export function placeVm(world: World, zone: string, name: string, labels: Record<string, string>): SimulatedVm {
  const key = keyOf(zone, name);
  const shown = { name, zone, id: String(++world.serial), status: 'RUNNING', labels };
  const body = { name, labels } as InsertBody;
  const vm: SimulatedVm = { ...unbooted(), key, shown, shownMs: world.timeline.nowMs, body };
  world.vms.set(key, vm);
  world.disks.set(key, { id: `disk ${shown.id}`, name, zone, labels, inUse: true });
  return vm;
}

export function placeDisk({ disks, serial }: World, zone: string, name: string, labels: Record<string, string>): void {
  disks.set(keyOf(zone, name), { id: `lone disk ${serial} ${zone} ${name}`, name, zone, labels, inUse: false });
}

/** Google ends it so long after each start, whoever made it and whatever its labels are. */
export function limitLife(world: World, vm: SimulatedVm): void {
  const { timeline } = world;
  const { maxRunDurationSeconds: seconds, lastStartAt } = vm.shown;
  if (seconds === undefined) return;
  timeline.at(timeline.nowMs + seconds * 1000, () => {
    if (vm.shown.lastStartAt === lastStartAt) endAtLimit(world, vm);
  });
}

/** maxRunDuration is over; the clock of a VM that stopped before has stopped with it. What Google calls it, nobody knows. */
function endAtLimit(world: World, vm: SimulatedVm): void {
  if (world.vms.get(vm.key) !== vm || vm.shown.status !== 'RUNNING') return;
  if (vm.shown.terminationAction === 'STOP') return endVm(world, vm, 'TERMINATED');
  const word = world.random.pick(`end of ${vm.key}`, ['delete', 'compute.instances.unheardOf', undefined]);
  if (word !== undefined) note(world, vm, word);
  noteUsedUp(world, vm);
  removeVm(world, vm);
}

/** The command has had all its time, as far as reports show, and there is no outcome. */
function noteUsedUp(world: World, { body }: SimulatedVm): void {
  const { google, oracle, timeline, plan } = world;
  const run = plan.runs.find(({ id }) => id === body.labels[LABELS.run]);
  const number = Number(body.labels[LABELS.attempt]);
  const known = run && google.documents.get(run.id)?.state.attempts[number];
  const execution = oracle.executions.find((each) => each.run === run?.id && each.attempt === number);
  if (!run || !known || !execution || oracle.outcomes.has(run.id)) return;
  const reported = Object.values(periodOf(known).reports ?? {}).map(({ state }) => state);
  const hasReportedIt = reported.some(({ phases }) => phases.execute !== undefined);
  // Its report may be on its way yet.
  const hasSentIt = oracle.reports.some(
    (sent) => sent.run === run.id && sent.attempt === number && sent.state.phases.execute !== undefined,
  );
  const hasHadItsTime = timeline.nowMs - execution.startedMs >= run.maxRunSeconds * 1000;
  if (!hasHadItsTime || !hasSentIt || known.vm.fencedAt) return;
  if (!hasReportedIt) {
    oracle.seeminglyUsedUp.add(run.id);
    return;
  }
  if (execution.endedMs === undefined && !isOutOfSight(world)) oracle.usedUp.add(run.id);
  // Its command ended long before, and no report said so; or nobody can tell how its VM ended.
  else if (!reported.some(({ command }) => command)) oracle.seeminglyUsedUp.add(run.id);
}

/** A VM counts as lost because it is silent, if for so long nobody may look at it, or ask its zone how it ended. */
const UNSEEN_MS = 10 * 60_000;
const LOOKS = ['compute.list', 'compute.get', 'compute.operationsOn'];

function isOutOfSight({ plan, elapsedMs }: World): boolean {
  const backMs = plan.faults.map((fault) => (fault.kind === 'down' ? fault.toMs : 0));
  return plan.faults.some((fault) => {
    if (fault.kind !== 'refused' || !LOOKS.some((call) => call.startsWith(fault.calls))) return false;
    const fromMs = Math.max(elapsedMs(), fault.fromMs, ...backMs.filter((ms) => ms < fault.toMs));
    return fault.toMs - fromMs > UNSEEN_MS;
  });
}

/** The VM is gone, and its disk unless that is to outlive it. */
export function removeVm(world: World, vm: SimulatedVm): void {
  if (world.vms.get(vm.key) !== vm) return;
  endVm(world, vm, 'TERMINATED');
  world.vms.delete(vm.key);
  if (keepsDisk(vm.body)) world.earlierStarts.set(vm.key, vm.starts);
  else world.disks.delete(vm.key);
}

/** The VM runs no more; what its agent was about to do never happens. */
export function endVm(world: World, vm: SimulatedVm, status: string): void {
  vm.boots++;
  vm.shown.status = status;
  delete vm.onShutdown;
  delete vm.interruptCommand;
  delete vm.keepLast;
  endExecution(world, vm);
}

export function endExecution({ oracle, timeline }: World, { body }: SimulatedVm): void {
  const open = oracle.executions.find(
    (each) =>
      each.run === body.labels[LABELS.run] &&
      String(each.attempt) === body.labels[LABELS.attempt] &&
      each.endedMs === undefined,
  );
  if (open) open.endedMs = timeline.nowMs;
}
