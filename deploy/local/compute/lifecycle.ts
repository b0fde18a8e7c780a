// The life of a VM: what calls, deadlines and the end of its main process do to its record. One task at a time for each VM.
import type { Clock } from '../shared/clock';
import type { Log } from '../shared/log';
import { attachDisks, disksGoingWith } from './disks';
import { newId } from './ids';
import type { InstanceSpec } from './insert-body';
import type { Operations } from './operations';
import type { VmPower } from './vm-power';
import { alreadyExists, notReady, startedTooEarly } from './api-errors';
import type { ImageRecord, OperationFault, OperationRecord, TerminationAction, StoredVm } from './records';
import { metadataEntry, type Entry, type ComputeStore } from './store';
import { misfitOf } from './misfits';
import { maintenanceEventOf, SYSTEM_EVENTS } from './system-events';
import type { DelayedTasks } from './delayed-tasks';
import type { VmFolders } from './vm-folders';

type Maybe<T> = T | undefined | Promise<T | undefined>;

/** Scripted faults: an operation ends with the error that is returned, and nothing else happens. */
export interface Faults {
  /** The call is refused at once. */
  onInsertCall?(zone: string): OperationFault | undefined;
  /** Zones that do not answer. */
  zonesDown?(): readonly string[];
  /** The VM and the disks that were made for it are removed. */
  onInsert?(vm: StoredVm): Maybe<OperationFault>;
  /** The VM stays off. */
  onStart?(vm: StoredVm): Maybe<OperationFault>;
  /** The image stays, and is broken. */
  onImage?(image: ImageRecord): Maybe<OperationFault>;
  /** Nothing is changed. */
  onSetMetadata?(vm: StoredVm): OperationFault | undefined;
  /** The VM stays as it is. `lie`: the operation ends without an error nevertheless. */
  onDelete?(vm: StoredVm): Maybe<OperationFault | 'lie'>;
}

export interface LifecycleDeps {
  store: ComputeStore;
  operations: Operations;
  tasks: DelayedTasks;
  power: VmPower;
  folders: VmFolders;
  faults: Faults;
  clock: Clock;
  log: Log;
  operationDelayMs: number;
}

export interface Lifecycle {
  /** With `denied`, the operation ends with that error. */
  insert(zone: string, spec: InstanceSpec, requestId: string | undefined, denied?: OperationFault): OperationRecord;
  start(vm: StoredVm, requestId: string | undefined): OperationRecord;
  stop(vm: StoredVm, requestId: string | undefined): OperationRecord;
  delete(vm: StoredVm, requestId: string | undefined): OperationRecord;
  /** Host maintenance: a spot VM is preempted, another one migrates or is stopped. */
  maintain(vm: StoredVm, requestId: string | undefined): OperationRecord;
  /** The main process ended by itself. */
  ended(vmId: string): void;
  /** The VM has run for `ranMs` of its maxRunDuration. */
  ran(vmId: string, ranMs: number): void;
  /** maxRunDuration is over for the VM that was started at `startedAt`. */
  expired(vmId: string, startedAt: number): void;
  /** After a start of the local cloud: takes over VMs that run, and finishes operations that were not DONE. */
  resume(): Promise<void>;
}

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { store, operations, tasks, power, folders, faults, clock, log } = deps;
  const halfDelayMs = deps.operationDelayMs / 2;

  const operationOn = (type: string, vm: StoredVm, requestId?: string) => ({
    type,
    zone: vm.zone,
    target: { id: vm.id, collection: 'instances' as const, name: vm.name },
    requestId,
  });
  const accept = (type: string, vm: StoredVm, requestId: string | undefined, entries?: Entry[]): OperationRecord => {
    const operation = operations.accept(operationOn(type, vm, requestId), entries);
    enqueue(operation);
    return operation;
  };
  const enqueue = (operation: OperationRecord): void => {
    const task = { insert: boot, start: boot, stop, delete: remove, simulateMaintenanceEvent: maintain }[
      operation.type
    ];
    if (!task || operation.fault) return finishLater(operation);
    tasks.enqueue(operation.target.id, operation.id, async () => {
      await tasks.pause(halfDelayMs);
      // Without waiting: a VM can be stopped and deleted while the disk is full.
      const begun = tasks.written(() => operations.begin(operation.id));
      await task(operation);
      await begun;
      if (!tasks.isClosed()) await finish(operation.id);
    });
  };

  /** Not in the queue of the VM: it does not wait for the tasks there. */
  const finishLater = ({ id }: OperationRecord): void =>
    tasks.enqueue(id, id, async () => {
      await tasks.pause(deps.operationDelayMs);
      await finish(id);
    });

  const finish = (...args: Parameters<Operations['finish']>): Promise<void> =>
    tasks.written(() => operations.finish(...args));
  const isUnderWay = (vm: StoredVm, types: readonly string[]): boolean =>
    operations.unfinishedOn(vm.id).some(({ type }) => types.includes(type));
  const isGoingDown = (vm: StoredVm): boolean =>
    vm.status === 'STOPPING' || isUnderWay(vm, ['stop', 'delete', 'simulateMaintenanceEvent']);
  /** A start right after such a change fails: https://github.com/DataBiosphere/leonardo/pull/2525 */
  const isBeingChanged = (vm: StoredVm): boolean =>
    vm.status === 'TERMINATED' && isUnderWay(vm, ['setMetadata', 'setLabels', 'setScheduling', 'setMachineType']);
  const changed = (vmId: string, change: Partial<StoredVm>): Entry[] => {
    const vm = store.vms.get(vmId);
    return vm ? [{ vm: { ...vm, ...change } }] : [];
  };
  const off = (): Partial<StoredVm> => ({
    status: 'TERMINATED',
    going: undefined,
    mainProcess: undefined,
    metadataPort: 0,
    stoppedAt: clock.now(),
  });

  async function boot({ id, type, target }: OperationRecord): Promise<void> {
    const before = store.vms.get(target.id);
    if (!before || before.status === 'RUNNING') return;
    // An earlier start was interrupted: its main process may run although no record names it.
    if (before.status === 'STAGING') await power.off(before);
    await tasks.written(() => store.write(...changed(target.id, { status: 'STAGING', preempted: false })));
    await tasks.pause(halfDelayMs);
    const vm = store.vms.get(target.id);
    if (!vm) return;
    const fault =
      type === 'insert' ? (vm.denied ?? misfitOf(vm) ?? (await faults.onInsert?.(vm))) : await faults.onStart?.(vm);
    if (tasks.isClosed()) return;
    if (fault && type === 'insert') return failInsert(vm, id, fault);
    if (fault) return finish(id, fault, changed(vm.id, { status: 'TERMINATED' }));
    try {
      await folders.prepare(vm);
      const startedAt = clock.now();
      const ran = { ms: 0, at: startedAt };
      const on = await power.on(vm.id, startedAt);
      await finish(id, undefined, changed(vm.id, { ...on, status: 'RUNNING', startedAt, ran }));
    } catch (error) {
      if (tasks.isClosed()) return;
      log('ERROR', 'a VM could not be started', { vm: vm.name, cause: String(error) });
      const internal = { code: 'INTERNAL_ERROR', message: String(error), httpStatus: 500 };
      if (type === 'insert') await failInsert(vm, id, internal);
      else await finish(id, internal, changed(vm.id, off()));
    }
  }

  async function failInsert(vm: StoredVm, operationId: string, fault: OperationFault): Promise<void> {
    const made = disksGoingWith(store, vm, ({ made: isMade }) => isMade);
    await power.off(vm);
    await folders.remove(made);
    await finish(operationId, fault, [{ vmGone: vm.id }, ...made.map(({ id }) => ({ diskGone: id }))]);
  }

  async function stop({ id, target }: OperationRecord): Promise<void> {
    await goDown(target.id, 'STOP', id);
  }

  async function remove({ id, target }: OperationRecord): Promise<void> {
    const vm = store.vms.get(target.id);
    const fault = vm && (await faults.onDelete?.(vm));
    if (fault) await finish(id, fault === 'lie' ? undefined : fault);
    else await goDown(target.id, 'DELETE', id);
  }

  async function maintain({ id, target }: OperationRecord): Promise<void> {
    const vm = store.vms.get(target.id);
    if (vm?.status !== 'RUNNING') return;
    const event = maintenanceEventOf(vm.scheduling);
    const preempted = event === SYSTEM_EVENTS.preempted;
    log('INFO', 'host maintenance', { vm: vm.name, event });
    await tasks.written(() => operations.record(operationOn(event, vm), changed(vm.id, { preempted })));
    if (event === SYSTEM_EVENTS.migrated) return;
    if (preempted) power.metadataChanged(vm.id);
    await goDown(vm.id, preempted ? (vm.scheduling.instanceTerminationAction ?? 'STOP') : 'STOP', id);
  }

  /** Switches the VM off, with its shutdown script if it runs, and removes it for DELETE. The same write ends its operation. */
  async function goDown(vmId: string, going: TerminationAction, operationId?: string): Promise<void> {
    const before = store.vms.get(vmId);
    if (!before || (before.status === 'TERMINATED' && going === 'STOP')) return;
    if (before.status === 'RUNNING') {
      const noted = tasks.written(() => store.write(...changed(vmId, { status: 'STOPPING', going })));
      await power.shutDown(before);
      await noted; // after the power is off: a full disk must not keep a VM running
    } else {
      await power.off(before); // it was STOPPING when the local cloud ended, or never ran
    }
    const vm = store.vms.get(vmId);
    if (!vm || tasks.isClosed()) return;
    const disks = disksGoingWith(store, vm, ({ autoDelete }) => autoDelete);
    const gone = [{ vmGone: vm.id }, ...disks.map(({ id }) => ({ diskGone: id }))];
    if (going === 'DELETE') await folders.remove(disks);
    if (tasks.isClosed()) return;
    await tasks.written(() => {
      const entries = going === 'DELETE' ? gone : changed(vm.id, off());
      if (operationId === undefined) store.write(...entries);
      else operations.finish(operationId, undefined, entries);
    });
  }

  async function settleEnded(vmId: string): Promise<void> {
    const vm = store.vms.get(vmId);
    if (!vm || vm.status !== 'RUNNING' || power.isOn(vm)) return;
    await power.off(vm);
    const end = operationOn(SYSTEM_EVENTS.ended, vm);
    await tasks.written(() => operations.record(end, changed(vmId, off())));
  }

  return {
    insert(zone, spec, requestId, denied) {
      if (store.vmNamed(zone, spec.name)) throw alreadyExists('instances', zone, spec.name);
      const { metadata, disks: diskSpecs, ignored: _, ...fields } = spec;
      const id = newId();
      const { attached, made } = attachDisks(store, { zone, vmId: id, specs: diskSpecs, now: clock.now() });
      const vm: StoredVm = {
        ...fields,
        id,
        zone,
        status: 'PROVISIONING',
        preempted: false,
        createdAt: clock.now(),
        disks: attached,
        metadataPort: 0,
        ...(denied && { denied }),
      };
      const entries: Entry[] = [
        { vm },
        metadataEntry(id, { from: {}, to: metadata }),
        ...made.map((disk) => ({ disk })),
      ];
      const operation = operations.accept(operationOn('insert', vm, requestId), entries);
      enqueue(operation);
      return operation;
    },
    start(vm, requestId) {
      if (isGoingDown(vm) || isBeingChanged(vm)) {
        const fault = startedTooEarly(vm.zone, vm.name);
        const operation = operations.accept({ ...operationOn('start', vm, requestId), fault });
        finishLater(operation);
        return operation;
      }
      const isOff = vm.status === 'TERMINATED';
      return accept('start', vm, requestId, isOff ? [{ vm: { ...vm, status: 'PROVISIONING' } }] : []);
    },
    stop: (vm, requestId) => accept('stop', vm, requestId),
    delete: (vm, requestId) => accept('delete', vm, requestId),
    maintain(vm, requestId) {
      if (vm.status !== 'RUNNING') throw notReady(vm.zone, vm.name);
      return accept('simulateMaintenanceEvent', vm, requestId);
    },
    ended: (vmId) => tasks.enqueue(vmId, undefined, () => settleEnded(vmId)),
    ran(vmId, ranMs) {
      try {
        store.write({ ran: { ms: ranMs, at: clock.now() }, of: vmId });
      } catch (error) {
        log('WARNING', 'the run time of a VM was not written', { vm: vmId, cause: String(error) });
      }
    },
    expired: (vmId, startedAt) =>
      tasks.enqueue(vmId, undefined, async () => {
        const vm = store.vms.get(vmId);
        if (vm?.status !== 'RUNNING' || vm.startedAt !== startedAt) return;
        log('INFO', 'VM reached its maxRunDuration', { vm: vm.name });
        const action = vm.scheduling.instanceTerminationAction ?? 'STOP';
        const noted = tasks.written(() => operations.record(operationOn(SYSTEM_EVENTS.timeLimit[action], vm), []));
        await Promise.all([noted, goDown(vmId, action)]); // a full disk must not keep a VM running
      }),
    async resume() {
      await Promise.all(
        [...store.vms.values()].map(async (vm) => {
          if (vm.status === 'RUNNING' && !(await power.adopt(vm))) {
            await power.off(vm);
            store.write(...changed(vm.id, off()));
          }
          if (vm.status === 'STOPPING') tasks.enqueue(vm.id, undefined, () => goDown(vm.id, vm.going ?? 'STOP'));
        }),
      );
      for (const operation of store.operations.values()) {
        if (operation.status !== 'DONE' && operation.target.collection === 'instances') enqueue(operation);
      }
    },
  };
}
