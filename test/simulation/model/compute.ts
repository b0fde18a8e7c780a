// Compute Engine of a history: operations take their time, VMs are shown late, zones are stocked out, and calls lie as they do.
import { LABELS } from '@mymlops/protocol';
import type { InsertBody } from '../../../functions/src/engine/vm/insert-body';
import type { CloudFailure } from '../../../functions/src/ports/cloud-answer';
import type { Compute } from '../../../functions/src/ports/compute';
import type { Images } from '../../../functions/src/ports/images';
import type { CloudVm } from '../../../functions/src/ports/compute-view';
import type { Gate } from '../../fakes/google';
import {
  checkDeletion,
  checkKept,
  checkOwner,
  checkParallel,
  checkPause,
  checkInsertedOnce,
  checkSpread,
  checkOrphan,
  checkResultSentTo,
  noteDenial,
  noteLateInsert,
  noteNoCapacity,
  noteUnanswered,
  noteTakenName,
} from '../oracle/compute-calls';
import { checkInstanceDeletion, noteInstanceInsert } from '../oracle/instance';
import { checkInstanceStart, checkInstanceStop } from '../oracle/instance-power';
import { checkToyDeletion, noteToyInsert } from '../oracle/toy';
import { checkToyStart, checkToyStop } from '../oracle/toy-power';
import { FIXED_WHILE_RUNNING } from '../../fakes/vm-status';
import { startVm, stopVm, switchOn } from './compute-power';
import { listAll, operationsOn } from './lists';
import { once, REMEMBERED_MS, type Operation, type Operations } from './operations';
import { answerLike, AS_PLANNED } from '../faults/google-answers';
import type { InsertFault } from '../faults/plan';
import { keyOf, note, removeVm, unbooted } from './vm-lifecycle';
import { noteRefusal } from '../oracle/refusals';
import type { SimulatedVm } from './vm';
import { planVmFaults } from './vm-faults';
import { noteTrouble, oddityOf, Trouble, type Invocation, type World } from './world';

const notPlayed = (): never => {
  throw new Error('no history does that');
};
const NO_IMAGES: Images = {
  ...{ getImage: notPlayed, createImage: notPlayed, deleteImage: notPlayed, awaitImage: notPlayed },
};

/** The Compute port of one invocation. */
export function computeOf(world: World, operations: Operations, gate: Gate, invocation: Invocation): Compute {
  const { timeline, random, vms, disks } = world;
  const reach = (zone: string): void => {
    if (!world.spell('zone-out', zone)) return;
    noteUnanswered(world, zone);
    throw new Trouble(`503 ${zone}`);
  };
  const look = (zone: string): void => {
    reach(zone);
    if (!world.spell('gets-fail', zone)) return;
    noteUnanswered(world, zone);
    throw new Trouble(`503 ${zone}, one by one`);
  };
  const shownVm = (vm: SimulatedVm | undefined): CloudVm | undefined =>
    vm && timeline.nowMs >= vm.shownMs ? vm.shown : undefined;
  const ours = (zone: string, name: string): SimulatedVm | undefined => {
    reach(zone);
    const vm = vms.get(keyOf(zone, name));
    if (vm) checkOwner(world, vm.shown, { ...vm, ...invocation });
    return vm;
  };
  return {
    ...NO_IMAGES,
    offers: () => gate('compute.offers', () => ({ zones: world.plan.zones, offering: world.plan.zones, away: [] })),
    get: (zone, name) =>
      gate('compute.get', () => {
        look(zone);
        const shown = shownVm(vms.get(keyOf(zone, name)));
        if (shown) noteTakenName(world, shown);
        return shown;
      }),
    getDisk: (zone, name) =>
      gate('compute.getDisk', () => {
        look(zone);
        const found = disks.get(keyOf(zone, name));
        const made = vms.get(keyOf(zone, name));
        if (made && timeline.nowMs < made.shownMs) return undefined;
        return found && { ...found, inUse: vms.has(keyOf(zone, name)) };
      }),
    list: () => listAll(world, gate),
    insert: async (zone, requestId, body) => {
      const answer = await gate('compute.insert', () => {
        reach(zone);
        checkInsertedOnce(world, body, invocation);
        const operation = `insert-${requestId}`;
        // How long a request id is remembered is written nowhere: not for ever.
        const known = operations.get(operation);
        if (known && timeline.nowMs < known.doneMs + REMEMBERED_MS) return answerOf(operation, known);
        const taken = vms.get(keyOf(zone, body.name));
        if (taken) {
          noteTakenName(world, taken.shown);
          return { exists: true as const };
        }
        const isDiskThere = disks.has(keyOf(zone, body.name));
        if (isOnKept(body) && !isDiskThere) return { refused: NO_DISK };
        // Its boot disk would have the name of one that is there.
        if (!isOnKept(body) && isDiskThere) return { exists: true as const };
        noteLateInsert(world, keyOf(zone, body.name), body);
        const failure = failureOf(world, zone, body);
        if (failure !== undefined && failure.isAtOnce) return { refused: failure };
        const begun = insert(world, zone, body, failure);
        operations.set(operation, begun);
        return answerOf(operation, begun);
      });
      const refused = 'refused' in answer ? answer.refused : undefined;
      if (refused && answerLike(refused)) noteRefusal(world, refused, { zone, labels: body.labels });
      else noteDenial(world, body, answer);
      return answer;
    },
    async awaitOperation(zone, operation, seconds) {
      const doneMs = operations.get(operation)?.doneMs ?? 0;
      const untilMs = Math.min(doneMs, timeline.nowMs + seconds * 1000);
      if (untilMs > timeline.nowMs) await timeline.sleep(untilMs - timeline.nowMs);
      const answer = await gate('compute.awaitOperation', () => {
        reach(zone);
        const found = operations.get(operation);
        if (found && timeline.nowMs < found.doneMs) return { done: false as const };
        return { done: true as const, ...(found?.failure && { failure: found.failure }) };
      });
      const { failure, labels } = operations.get(operation) ?? {};
      if (answer.done) noteRefusal(world, failure, { zone, ...(labels && { labels }) });
      return answer;
    },
    delete: (zone, name) =>
      gate('compute.delete', () => {
        reach(zone);
        const vm = vms.get(keyOf(zone, name));
        if (!vm) return undefined;
        const operation = `delete-${vm.shown.id}-${timeline.nowMs}`;
        const doneMs = timeline.nowMs + random.between(operation, 1, 30) * 1000;
        operations.set(operation, { doneMs });
        checkOwner(world, vm.shown, { ...vm, ...invocation });
        checkDeletion(world, vm);
        checkKept(world, vm);
        checkToyDeletion(world, vm);
        checkInstanceDeletion(world, vm);
        checkOrphan(world, vm.orphanMs);
        note(world, vm, 'delete');
        if (!world.spell('delete-lies')) timeline.at(doneMs, () => removeVm(world, vm));
        return operation;
      }),
    deleteDisk: (zone, name) =>
      gate('compute.deleteDisk', () => {
        reach(zone);
        const disk = disks.get(keyOf(zone, name));
        if (!disk) return undefined;
        if (vms.has(keyOf(zone, name))) throw new Trouble(`400 ${name} is in use`);
        checkOwner(world, disk, invocation);
        checkOrphan(world, world.orphanDisksMs.get(keyOf(zone, name)));
        if (!world.spell('delete-lies')) disks.delete(keyOf(zone, name));
        return 'delete-disk';
      }),
    operationsOn: (zone, name) =>
      gate('compute.operationsOn', () => {
        reach(zone);
        return operationsOn(world, zone, name);
      }),
    start: (zone, name, requestId) =>
      gate('compute.start', () => {
        const vm = ours(zone, name);
        return vm && once(world, operations, `start-${requestId}`, () => startRequested(world, vm, invocation));
      }),
    stop: (zone, name, { requestId }) =>
      gate('compute.stop', () => {
        const vm = ours(zone, name);
        const answer = vm && once(world, operations, `stop-${requestId}`, () => stopRequested(world, vm, invocation));
        return answer && 'operation' in answer ? answer.operation : undefined;
      }),
    setScheduling: (zone, name, limit) =>
      gate('compute.setScheduling', () => {
        const vm = ours(zone, name);
        if (!vm) return undefined;
        if (vm.shown.status !== 'TERMINATED') return FIXED_WHILE_RUNNING;
        if (!vm.lacksTimeLimit) Object.assign(vm.shown, limit);
        if (!vm.lacksTimeLimit) vm.isLimitDropped = false;
        const operation = `scheduling-${vm.shown.id}-${timeline.nowMs}`;
        operations.set(operation, { doneMs: timeline.nowMs });
        return { operation };
      }),
    // No instance of a history gets another machine type, or a larger disk.
    ...{ setMachineType: notPlayed, resizeDisk: notPlayed },
    setMetadata: (zone, name, isOurs, values) =>
      gate('compute.setMetadata', () => {
        reach(zone);
        const vm = vms.get(keyOf(zone, name));
        if (!vm || !isOurs(vm.shown)) return false;
        checkResultSentTo(world, vm);
        for (const [key, value] of Object.entries(values)) vm.metadata.set(key, value);
        return true;
      }),
  };
}

function startRequested(world: World, vm: SimulatedVm, invocation: Invocation): ReturnType<typeof startVm> {
  checkToyStart(world, vm, invocation);
  checkInstanceStart(world, vm, invocation);
  return startVm(world, vm);
}

/** It may lie as a deletion may: done, it says, and the VM is on. */
function stopRequested(world: World, vm: SimulatedVm, invocation: Invocation): Operation {
  checkToyStop(world, vm, invocation);
  checkInstanceStop(world, vm, invocation);
  return world.spell('delete-lies') ? { doneMs: world.timeline.nowMs } : stopVm(world, vm);
}

/** The VM is to be made again on the disk of an earlier one. */
const isOnKept = ({ disks }: InsertBody): boolean => disks[0]?.source !== undefined;
const NO_DISK = { code: 'notFound', message: 'The resource of disks was not found', httpStatus: 404 };

/** A failed insert may leave its disk behind. */
function insert(world: World, zone: string, body: InsertBody, failure: CloudFailure | undefined): Operation {
  const { timeline, random, vms } = world;
  const key = keyOf(zone, body.name);
  const seconds = random.between(`insert ${body.name}`, 2, failure ? 95 : 40);
  const doneMs = timeline.nowMs + seconds * 1000;
  const disk = { id: `disk ${world.serial + 1}`, name: body.name, zone, labels: body.labels, inUse: true };
  const isMade = !failure || random.chance(`disk of ${body.name}`, 0.3);
  if (isMade && !isOnKept(body)) world.disks.set(key, disk);
  if (failure) return { doneMs, failure, labels: body.labels };
  const lacksTimeLimit = oddityOf(world, 'no-time-limit', body) !== undefined;
  const shown: CloudVm = {
    name: body.name,
    zone,
    id: String(++world.serial),
    status: 'PROVISIONING',
    labels: body.labels,
    ...(!lacksTimeLimit && {
      maxRunDurationSeconds: Number(body.scheduling.maxRunDuration.seconds),
      terminationAction: body.scheduling.instanceTerminationAction,
    }),
  };
  // Shown late: between the accepted call and the end of its operation.
  const shownMs = timeline.nowMs + random.between(`shown ${body.name}`, 0, seconds) * 1000;
  const vm: SimulatedVm = {
    ...unbooted(),
    ...(isOnKept(body) && { starts: [...(world.earlierStarts.get(key) ?? [])] }),
    key,
    shown,
    shownMs,
    body,
    skewMs: oddityOf(world, 'skew', body)?.ms ?? 0,
    lacksTimeLimit,
  };
  vms.set(key, vm);
  noteToyInsert(world, key, body.labels);
  noteInstanceInsert(world, key, body.labels);
  // One that comes when nobody waits for it any more runs nothing.
  if (!world.oracle.frozenInserts.has(key) && body.labels[LABELS.run] !== undefined) {
    world.oracle.made.add(`${body.labels[LABELS.run]}/${body.labels[LABELS.attempt]}`);
  }
  checkSpread(world, zone);
  checkParallel(world);
  timeline.at(doneMs, () => {
    if (vms.get(key) !== vm) return;
    switchOn(world, vm);
    note(world, vm, 'insert', timeline.nowMs);
    planVmFaults(world, vm);
  });
  return { doneMs, ...(random.chance(`id of ${body.name}`, 0.5) && { id: shown.id }) };
}

const answerOf = (operation: string, { id }: Operation) => ({ operation, ...(id && { id }) });

function failureOf(
  world: World,
  zone: string,
  { name, labels }: InsertBody,
): (CloudFailure & { isAtOnce?: true }) | undefined {
  const run = labels[LABELS.run] ?? '';
  if (world.spell('zone-stocked-out', zone)) {
    if (run && !world.oracle.frozenInserts.has(keyOf(zone, name))) checkPause(world, run, zone);
    noteNoCapacity(world, run);
    return { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: AS_PLANNED };
  }
  const fault = world.plan.faults.find(
    (each): each is InsertFault =>
      each.kind === 'insert' && each.run === run && String(each.attempt) === labels[LABELS.attempt],
  );
  if (!fault) return undefined;
  noteTrouble(world);
  noteNoCapacity(world, run);
  const { code, message = AS_PLANNED, httpStatus, isAtOnce } = fault;
  return { code, message, ...(httpStatus !== undefined && { httpStatus }), ...(isAtOnce && { isAtOnce }) };
}
