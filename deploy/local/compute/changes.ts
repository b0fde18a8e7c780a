// setMetadata and setLabels replace the whole map, if it is still the one that the caller has read. setScheduling and setMachineType
// change a VM that is off.
import type { OperationFault, OperationRecord, StoredVm } from './records';
import { HttpError } from '../shared/http';
import { labels, metadata, parseBody } from './fields';
import type { Operations } from './operations';
import type { Catalog } from './catalog';
import type { Faults } from './lifecycle';
import { disksGoingWith } from './disks';
import { hardwareOf, machineTypeOf } from './insert-body';
import { checkDisks, misfitOf } from './misfits';
import { fingerprintOf } from './to-api';
import { fixedWhileRunning } from './api-errors';
import { changedScheduling } from './scheduling';
import { metadataEntry, type Entry, type ComputeStore } from './store';
import type { DelayedTasks } from './delayed-tasks';
import * as z from 'zod';

const labelsBody = z.looseObject({ labels: labels.default({}), labelFingerprint: z.string().optional() });

const machineTypeBody = z.looseObject({ machineType: z.string() });

export interface Changes {
  /**
   * With `denied`, nothing changes, and the operation ends with that error.
   * @throws HttpError 412 when the fingerprint is not the current one.
   */
  setMetadata(vm: StoredVm, body: unknown, requestId: string | undefined, denied?: OperationFault): OperationRecord;
  /** @throws HttpError 412 when the fingerprint is not the current one. */
  setLabels(vm: StoredVm, body: unknown, requestId: string | undefined): OperationRecord;
  /** @throws HttpError 400 when the VM is not TERMINATED, or a field is not valid. */
  setScheduling(vm: StoredVm, body: Record<string, unknown>, requestId: string | undefined): OperationRecord;
  /** @throws HttpError 400 when the VM is not TERMINATED, or a part of it does not fit the machine type. */
  setMachineType(vm: StoredVm, body: unknown, requestId: string | undefined): OperationRecord;
}

export function createChanges(deps: {
  store: ComputeStore;
  operations: Operations;
  tasks: DelayedTasks;
  catalog: Catalog;
  faults: Faults;
  operationDelayMs: number;
  metadataChanged(vmId: string): void;
}): Changes {
  const { store, operations, tasks, catalog, faults } = deps;

  /** With a fault, the operation fails and nothing changes. */
  const change = (
    type: string,
    vm: StoredVm,
    entry: Entry,
    { requestId, fault }: { requestId: string | undefined; fault?: OperationFault },
  ): OperationRecord => {
    const target = { id: vm.id, collection: 'instances' as const, name: vm.name };
    const spec = { type, zone: vm.zone, target, requestId, ...(fault && { fault }) };
    const operation = operations.accept(spec, fault ? [] : [entry]);
    // Not in the queue of the VM: a change does not wait for a shutdown script.
    tasks.enqueue(operation.id, operation.id, async () => {
      await tasks.pause(deps.operationDelayMs);
      await tasks.written(() => operations.finish(operation.id));
    });
    return operation;
  };

  return {
    setMetadata(vm, body, requestId, denied) {
      const given = parseBody(metadata, body, 'resource');
      const before = store.metadata(vm.id);
      checkFingerprint('metadata', given.fingerprint, fingerprintOf(before));
      const entry = metadataEntry(vm.id, { from: before, to: given.items });
      const fault = denied ?? faults.onSetMetadata?.(vm);
      const operation = change('setMetadata', vm, entry, { requestId, fault });
      if (!fault) deps.metadataChanged(vm.id);
      return operation;
    },
    setLabels(vm, body, requestId) {
      const given = parseBody(labelsBody, body, 'resource');
      checkFingerprint('labels', given.labelFingerprint, fingerprintOf(vm.labels));
      return change('setLabels', vm, { vm: { ...vm, labels: given.labels } }, { requestId });
    },
    setScheduling(vm, body, requestId) {
      if (vm.status !== 'TERMINATED') {
        throw fixedWhileRunning('maxRunDuration' in body ? 'Max run duration' : 'Scheduling');
      }
      const type = catalog.machineType(vm.machineType);
      const hardware = type ? hardwareOf(type, vm.accelerators) : { hasAccelerator: false, hasLocalSsd: false };
      const scheduling = changedScheduling(vm.scheduling, body, hardware);
      return change('setScheduling', vm, { vm: { ...vm, scheduling } }, { requestId });
    },
    // https://cloud.google.com/compute/docs/instances/changing-machine-type-of-stopped-instance
    setMachineType(vm, body, requestId) {
      const { machineType: text } = parseBody(machineTypeBody, body, 'resource');
      const type = machineTypeOf(text, { field: 'resource.machineType', zone: vm.zone, catalog });
      if (vm.status !== 'TERMINATED') throw fixedWhileRunning('Machine type');
      const disks = disksGoingWith(store, vm, () => true);
      checkDisks({ machineType: type.name, disks: disks.map((disk) => ({ make: true, type: disk.type })) });
      // Its scheduling must fit the hardware that it gets.
      changedScheduling(vm.scheduling, {}, hardwareOf(type, vm.accelerators));
      const changed = { ...vm, machineType: type.name };
      const fault = misfitOf(changed);
      return change('setMachineType', vm, { vm: changed }, { requestId, ...(fault && { fault }) });
    },
  };
}

function checkFingerprint(what: string, given: string | undefined, current: string): void {
  // gcloud sends it back in URL-safe base64.
  if (Buffer.from(given ?? '', 'base64').equals(Buffer.from(current, 'base64'))) return;
  throw new HttpError(412, 'conditionNotMet', `Supplied fingerprint does not match current ${what} fingerprint.`);
}
