// Compute Engine of a history: operations take their time, VMs are shown late, zones run dry, calls lie as they do.
import { LABELS } from '@mymlops/protocol';
import type { InstanceBody } from '../../functions/src/engine/instance-body';
import type { Cloud, CloudDisk, CloudFailure, CloudVm } from '../../functions/src/ports';
import type { Gate } from '../fakes/google';
import {
  checkDeletion,
  checkKept,
  checkOwner,
  checkParallel,
  checkPause,
  checkSpoken,
  checkSpread,
  checkStray,
  noteInterruption,
  noteLateInsert,
  noteNoCapacity,
  noteSilence,
  noteTakenName,
} from './compute-watch';
import type { InsertFault } from './plan';
import { bootVm, endVm, type SimulatedVm } from './vm';
import { noteTrouble, oddityOf, Trouble, type World } from './world';

interface Operation {
  doneMs: number;
  failure?: CloudFailure;
  /** Labels of the VM that it makes. */
  labels?: Record<string, string>;
}

export type Operations = Map<string, Operation>;

/** So long after its end an operation still stands for the request that made it. */
const REMEMBERED_MS = 60_000;

const keyOf = (zone: string, name: string): string => `${zone}/${name}`;

/** The Cloud port of one invocation. */
export function cloudOf(world: World, operations: Operations, gate: Gate): Cloud {
  const { timeline, random, vms, disks } = world;
  const reach = (zone: string): void => {
    if (!world.spell('zone-out', zone)) return;
    noteSilence(world, zone);
    throw new Trouble(`503 ${zone}`);
  };
  const look = (zone: string): void => {
    reach(zone);
    if (!world.spell('gets-fail', zone)) return;
    noteSilence(world, zone);
    throw new Trouble(`503 ${zone}, one by one`);
  };
  const shownVm = (vm: SimulatedVm | undefined): CloudVm | undefined =>
    vm && timeline.nowMs >= vm.shownMs ? vm.shown : undefined;
  const missed = (name: string): boolean =>
    world.spell('list-misses') !== undefined && random.chance(`missed ${name} ${timeline.nowMs}`, 0.5);
  return {
    offers: () => gate('cloud.offers', () => ({ zones: world.plan.zones, offering: world.plan.zones })),
    get: (zone, name) =>
      gate('cloud.get', () => {
        look(zone);
        const shown = shownVm(vms.get(keyOf(zone, name)));
        if (shown) noteTakenName(world, shown);
        return shown;
      }),
    getDisk: (zone, name) =>
      gate('cloud.getDisk', () => {
        look(zone);
        const found = disks.get(keyOf(zone, name));
        const made = vms.get(keyOf(zone, name));
        if (made && timeline.nowMs < made.shownMs) return undefined;
        return found && { ...found, inUse: vms.has(keyOf(zone, name)) };
      }),
    list: () =>
      gate('cloud.list', () => {
        const out = world.plan.zones.filter((zone) => world.spell('zone-out', zone));
        const all = [...vms.values()].flatMap((vm) => shownVm(vm) ?? []);
        const allDisks = [...disks].map(([key, disk]) => ({ ...disk, inUse: vms.has(key) }));
        const isListed = ({ name, zone, labels }: Omit<CloudDisk, 'inUse'>): boolean =>
          labels[LABELS.deployment] === 'mymlops' && !out.includes(zone) && !missed(name);
        return {
          vms: all.filter(isListed),
          disks: allDisks.filter(isListed),
          gaps: out.map((zone) => ({ zone, cause: `503 ${zone}` })),
        };
      }),
    insert: (zone, requestId, body) =>
      gate('cloud.insert', () => {
        reach(zone);
        checkSpoken(world, body);
        const operation = `insert-${requestId}`;
        // How long a request id is remembered is written nowhere: not for ever.
        const known = operations.get(operation);
        if (known && timeline.nowMs < known.doneMs + REMEMBERED_MS) return { operation };
        const taken = vms.get(keyOf(zone, body.name));
        if (taken) {
          noteTakenName(world, taken.shown);
          return { exists: true as const };
        }
        operations.set(operation, insert(world, zone, body));
        return { operation };
      }),
    async awaitOperation(zone, operation, seconds) {
      const doneMs = operations.get(operation)?.doneMs ?? 0;
      const untilMs = Math.min(doneMs, timeline.nowMs + seconds * 1000);
      if (untilMs > timeline.nowMs) await timeline.sleep(untilMs - timeline.nowMs);
      const answer = await gate('cloud.awaitOperation', () => {
        reach(zone);
        const found = operations.get(operation);
        if (found && timeline.nowMs < found.doneMs) return { done: false as const };
        return { done: true as const, ...(found?.failure && { failure: found.failure }) };
      });
      if (answer.done) noteRefusal(world, operations.get(operation));
      return answer;
    },
    delete: (zone, name) =>
      gate('cloud.delete', () => {
        reach(zone);
        const vm = vms.get(keyOf(zone, name));
        if (!vm) return undefined;
        const operation = `delete-${vm.shown.id}-${timeline.nowMs}`;
        const doneMs = timeline.nowMs + random.between(operation, 1, 30) * 1000;
        operations.set(operation, { doneMs });
        checkOwner(world, vm.shown);
        checkDeletion(world, vm);
        checkKept(world, vm);
        checkStray(world, vm.strayMs);
        note(world, vm, 'delete');
        if (!world.spell('delete-lies')) timeline.at(doneMs, () => removeVm(world, vm));
        return operation;
      }),
    deleteDisk: (zone, name) =>
      gate('cloud.deleteDisk', () => {
        reach(zone);
        const disk = disks.get(keyOf(zone, name));
        if (!disk) return undefined;
        checkOwner(world, disk);
        checkStray(world, world.strayDisksMs.get(keyOf(zone, name)));
        if (!world.spell('delete-lies')) disks.delete(keyOf(zone, name));
        return 'delete-disk';
      }),
    operationsOn: (zone, name) =>
      gate('cloud.operationsOn', () => {
        reach(zone);
        return world.history.get(keyOf(zone, name)) ?? [];
      }),
    setMetadata: (zone, name, isOurs, key, value) =>
      gate('cloud.setMetadata', () => {
        reach(zone);
        const vm = vms.get(keyOf(zone, name));
        if (!vm || !isOurs(vm.shown)) return false;
        vm.metadata.set(key, value);
        return true;
      }),
  };
}

/** Compute Engine says no for good, and somebody hears it. Whoever has given the insert up does not listen any more. */
function noteRefusal({ google, oracle, timeline }: World, { failure, labels }: Partial<Operation> = {}): void {
  if (!failure || !labels || !['QUOTA_EXCEEDED', 'forbidden'].includes(failure.code)) return;
  const run = labels[LABELS.run] ?? '';
  const attempt = google.documents.get(run)?.state.attempts[Number(labels[LABELS.attempt])];
  if (!attempt?.insert?.settledAt) oracle.refusedMs.set(run, timeline.nowMs);
}

/** A failed insert may leave its disk behind. */
function insert(world: World, zone: string, body: InstanceBody): Operation {
  const { timeline, random, vms } = world;
  const key = keyOf(zone, body.name);
  noteLateInsert(world, key, body);
  const failure = failureOf(world, zone, body);
  const seconds = random.between(`insert ${body.name}`, 2, failure ? 95 : 40);
  const doneMs = timeline.nowMs + seconds * 1000;
  const disk = { id: `disk ${world.serial + 1}`, name: body.name, zone, labels: body.labels, inUse: true };
  if (!failure || random.chance(`disk of ${body.name}`, 0.3)) world.disks.set(key, disk);
  if (failure) return { doneMs, failure, labels: body.labels };
  const isUnguarded = oddityOf(world, 'unguarded', body) !== undefined;
  const shown: CloudVm = {
    name: body.name,
    zone,
    id: String(++world.serial),
    status: 'PROVISIONING',
    labels: body.labels,
    ...(!isUnguarded && {
      maxRunDurationSeconds: Number(body.scheduling.maxRunDuration.seconds),
      terminationAction: body.scheduling.instanceTerminationAction,
    }),
  };
  // Shown late: between the accepted call and the end of its operation.
  const shownMs = timeline.nowMs + random.between(`shown ${body.name}`, 0, seconds) * 1000;
  const vm: SimulatedVm = {
    key,
    shown,
    shownMs,
    body,
    metadata: new Map(),
    boots: 0,
    heardMs: [],
    isHung: false,
    isPreempted: false,
    skewMs: oddityOf(world, 'skew', body)?.ms ?? 0,
    isUnguarded,
  };
  vms.set(key, vm);
  // One that comes when nobody waits for it any more runs nothing.
  if (!world.oracle.frozenInserts.has(key)) {
    world.oracle.made.add(`${body.labels[LABELS.run]}/${body.labels[LABELS.attempt]}`);
  }
  checkSpread(world, zone);
  checkParallel(world);
  timeline.at(doneMs, () => {
    if (vms.get(key) !== vm) return;
    shown.status = 'RUNNING';
    bootVm(world, vm);
    note(world, vm, 'insert', timeline.nowMs);
    const endsMs = timeline.nowMs + Number(body.scheduling.maxRunDuration.seconds) * 1000;
    if (!isUnguarded) timeline.at(endsMs, () => endAtLimit(world, vm));
    planVmFaults(world, vm);
  });
  return { doneMs };
}

function failureOf(world: World, zone: string, { name, labels }: InstanceBody): CloudFailure | undefined {
  const run = labels[LABELS.run] ?? '';
  if (world.spell('zone-dry', zone)) {
    if (!world.oracle.frozenInserts.has(keyOf(zone, name))) checkPause(world, run, zone);
    noteNoCapacity(world, run);
    return { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no capacity' };
  }
  const fault = world.plan.faults.find(
    (each): each is InsertFault =>
      each.kind === 'insert' && each.run === run && String(each.attempt) === labels[LABELS.attempt],
  );
  if (!fault) return undefined;
  noteTrouble(world);
  noteNoCapacity(world, run);
  if (fault.code === 'QUOTA_EXCEEDED') world.oracle.quotaGone.add(run);
  return { code: fault.code, message: 'as planned' };
}

function planVmFaults(world: World, vm: SimulatedVm): void {
  const { timeline, oracle, plan } = world;
  const run = vm.body.labels[LABELS.run] ?? '';
  const attempt = Number(vm.body.labels[LABELS.attempt]);
  for (const fault of plan.faults) {
    if (!('afterMs' in fault) || fault.run !== run || (fault.attempt !== attempt && fault.attempt !== 0)) continue;
    timeline.at(timeline.nowMs + fault.afterMs, () => {
      if (world.vms.get(vm.key) !== vm || vm.shown.status !== 'RUNNING') return;
      noteTrouble(world);
      if (fault.kind === 'copy') return copyVm(world, vm);
      noteInterruption(world, run, attempt, fault.kind);
      if (fault.kind === 'made-again') return makeAgain(world, vm);
      if (fault.kind !== 'reboot') oracle.lostMs.set(`${run}/${attempt}`, timeline.nowMs);
      if (fault.kind === 'replaced') giveNameAway(world, vm);
      else if (fault.kind === 'hang') {
        vm.isHung = true;
      } else if (fault.kind === 'reboot') bootVm(world, vm);
      else if (fault.kind === 'die') endVm(world, vm, 'TERMINATED');
      else if (fault.kind === 'exit-then-preempt') exitThenPreempt(world, vm);
      else takeAway(world, vm, fault.kind === 'preempt');
    });
  }
}

function takeAway(world: World, vm: SimulatedVm, isPreempted: boolean): void {
  const { timeline } = world;
  vm.isPreempted = isPreempted;
  note(world, vm, isPreempted ? 'compute.instances.preempted' : 'delete');
  vm.onShutdown?.();
  vm.shown.status = 'STOPPING';
  timeline.at(timeline.nowMs + 30_000, () => removeVm(world, vm));
}

/** Metadata knows, the command dies of it, and seconds later the shutdown script is started. */
function exitThenPreempt(world: World, vm: SimulatedVm): void {
  const { timeline, random } = world;
  vm.isPreempted = true;
  note(world, vm, 'compute.instances.preempted');
  vm.interruptCommand?.();
  timeline.at(timeline.nowMs + random.between(`notice ${vm.key}`, 0, 20) * 1000, () => {
    if (world.vms.get(vm.key) === vm) takeAway(world, vm, true);
  });
}

function note({ history, timeline }: World, { key }: SimulatedVm, type: string, endedMs?: number): void {
  const at = new Date(timeline.nowMs).toISOString();
  const ended = endedMs !== undefined && { endedAt: new Date(endedMs).toISOString() };
  history.set(key, [...(history.get(key) ?? []), { type, at, ...ended }]);
}

function copyVm(world: World, vm: SimulatedVm): void {
  const id = String(++world.serial);
  const name = `copy-${id}`;
  const key = keyOf(vm.shown.zone, name);
  const shown = { ...vm.shown, name, id };
  world.vms.set(key, { ...withoutAgent(), key, shown, shownMs: world.timeline.nowMs, body: vm.body, isCopy: true });
}

/** Somebody deletes the VM, and after a while has one of the same name. */
function giveNameAway(world: World, vm: SimulatedVm): void {
  const { zone, name } = vm.shown;
  takeAway(world, vm, false);
  later(world, vm, () => {
    placeVm(world, zone, name, {});
    world.strangers.add(vm.key);
  });
}

/** Somebody deletes the VM, and makes it once more. */
function makeAgain(world: World, vm: SimulatedVm): void {
  const { timeline, google, oracle } = world;
  takeAway(world, vm, false);
  later(world, vm, () => {
    const { body } = vm;
    const run = google.documents.get(body.labels[LABELS.run] ?? '')?.state;
    const attempt = run?.attempts[Number(body.labels[LABELS.attempt])];
    // Nobody looks for it any more but the sweep.
    if (!attempt || attempt.closedAt || attempt.goneAt) oracle.frozenInserts.add(vm.key);
    const shown = { ...vm.shown, id: String(++world.serial), status: 'RUNNING' };
    const again: SimulatedVm = { ...withoutAgent(), key: vm.key, shown, shownMs: timeline.nowMs, body, isAgain: true };
    oracle.lostMs.delete(`${body.labels[LABELS.run]}/${body.labels[LABELS.attempt]}`);
    world.vms.set(vm.key, again);
    world.disks.set(vm.key, {
      id: `disk ${shown.id}`,
      name: shown.name,
      zone: shown.zone,
      labels: body.labels,
      inUse: true,
    });
    bootVm(world, again);
  });
}

/** When the VM has been gone for a while, and its name is still free. */
function later(world: World, { key }: SimulatedVm, work: () => void): void {
  const { timeline, random } = world;
  timeline.at(timeline.nowMs + random.between(`name of ${key}`, 40, 900) * 1000, () => {
    if (!world.vms.has(key) && !world.disks.has(key)) work();
  });
}

/** What a VM has on which nothing of ours runs. */
const withoutAgent = () => ({
  metadata: new Map<string, string>(),
  heardMs: [],
  boots: 0,
  isPreempted: false,
  isHung: false,
  skewMs: 0,
});

/** A VM with its disk that no attempt has asked for. */
export function placeVm(world: World, zone: string, name: string, labels: Record<string, string>): SimulatedVm {
  const key = keyOf(zone, name);
  const shown = { name, zone, id: String(++world.serial), status: 'RUNNING', labels };
  const body = { name, labels } as InstanceBody;
  const vm: SimulatedVm = { ...withoutAgent(), key, shown, shownMs: world.timeline.nowMs, body };
  world.vms.set(key, vm);
  world.disks.set(key, { id: `disk ${shown.id}`, name, zone, labels, inUse: true });
  return vm;
}

export function placeDisk({ disks, serial }: World, zone: string, name: string, labels: Record<string, string>): void {
  disks.set(keyOf(zone, name), { id: `lone disk ${serial}`, name, zone, labels, inUse: false });
}

/** maxRunDuration is over; the clock of a VM that stopped before has stopped with it. What Google calls it, nobody knows. */
function endAtLimit(world: World, vm: SimulatedVm): void {
  if (world.vms.get(vm.key) !== vm || vm.shown.status !== 'RUNNING') return;
  const word = world.random.pick(`end of ${vm.key}`, ['delete', 'compute.instances.unheardOf', undefined]);
  if (word !== undefined) note(world, vm, word);
  noteUsedUp(world, vm);
  removeVm(world, vm);
}

/** The command has had all its time, as far as anybody was told, and there is no outcome. */
function noteUsedUp({ google, oracle, timeline, plan }: World, { body }: SimulatedVm): void {
  const run = plan.runs.find(({ id }) => id === body.labels[LABELS.run]);
  const number = Number(body.labels[LABELS.attempt]);
  const known = run && google.documents.get(run.id)?.state.attempts[number];
  const execution = oracle.executions.find((each) => each.run === run?.id && each.attempt === number);
  if (!run || !known || !execution || oracle.outcomes.has(run.id)) return;
  const told = Object.values(known.reports ?? {}).map(({ state }) => state);
  const isToldOf = told.some(({ phases }) => phases.execute !== undefined);
  const hasHadItsTime = timeline.nowMs - execution.startedMs >= run.maxRunSeconds * 1000;
  if (!hasHadItsTime || !isToldOf || known.closedAt) return;
  if (execution.endedMs === undefined) oracle.usedUp.add(run.id);
  // Its command ended long before, and nobody was told.
  else if (!told.some(({ command }) => command)) oracle.seeminglyUsedUp.add(run.id);
}

/** VM and disk are gone. */
function removeVm(world: World, vm: SimulatedVm): void {
  if (world.vms.get(vm.key) !== vm) return;
  endVm(world, vm, 'TERMINATED');
  world.vms.delete(vm.key);
  world.disks.delete(vm.key);
}
