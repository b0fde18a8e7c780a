// setMetadata and setLabels: each replaces the whole map, and only the one that its caller has seen.
import type { OperationRecord, VmRecord } from './records';
import { HttpError } from '../shared/http';
import { labels, metadata, parseBody } from './fields';
import type { Operations } from './operations';
import { fingerprintOf } from './present';
import { metadataEntry, type Entry, type Store } from './store';
import type { Tasks } from './tasks';
import { z } from 'zod';

const labelsBody = z.looseObject({ labels: labels.default({}), labelFingerprint: z.string().optional() });

export interface Changes {
  /** @throws HttpError 412 when the fingerprint is not the current one. */
  setMetadata(vm: VmRecord, body: unknown, requestId: string | undefined): OperationRecord;
  /** @throws HttpError 412 when the fingerprint is not the current one. */
  setLabels(vm: VmRecord, body: unknown, requestId: string | undefined): OperationRecord;
}

export function createChanges(deps: {
  store: Store;
  operations: Operations;
  tasks: Tasks;
  operationDelayMs: number;
  metadataChanged(vmId: string): void;
}): Changes {
  const { store, operations, tasks } = deps;

  const change = (type: string, vm: VmRecord, entry: Entry, requestId: string | undefined): OperationRecord => {
    const target = { id: vm.id, collection: 'instances' as const, name: vm.name };
    const operation = operations.accept({ type, zone: vm.zone, target, requestId }, [entry]);
    // Not in the VM's own queue: a change need not wait for a shutdown script.
    tasks.enqueue(operation.id, operation.id, async () => {
      await tasks.pause(deps.operationDelayMs);
      await tasks.written(() => operations.finish(operation.id));
    });
    return operation;
  };

  return {
    setMetadata(vm, body, requestId) {
      const given = parseBody(metadata, body, 'resource');
      const before = store.metadata(vm.id);
      checkFingerprint('metadata', given.fingerprint, fingerprintOf(before));
      const entry = metadataEntry(vm.id, { from: before, to: given.items });
      const operation = change('setMetadata', vm, entry, requestId);
      deps.metadataChanged(vm.id);
      return operation;
    },
    setLabels(vm, body, requestId) {
      const given = parseBody(labelsBody, body, 'resource');
      checkFingerprint('labels', given.labelFingerprint, fingerprintOf(vm.labels));
      return change('setLabels', vm, { vm: { ...vm, labels: given.labels } }, requestId);
    },
  };
}

function checkFingerprint(what: string, given: string | undefined, current: string): void {
  if (given === current) return;
  throw new HttpError(412, 'conditionNotMet', `Supplied fingerprint does not match current ${what} fingerprint.`);
}
