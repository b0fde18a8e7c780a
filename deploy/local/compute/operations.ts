// Operations: the work that a call has begun. They are durable: a caller that polls one sees its end also after a restart of the
// local cloud.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/clock';
import { newId } from './ids';
import type { OperationFault, OperationRecord } from './records';
import type { Entry, ComputeStore } from './store';

const LONGEST_WAIT_MS = 120_000;

export interface OperationSpec {
  type: string;
  zone: string;
  target: OperationRecord['target'];
  requestId?: string;
  /** The call is accepted, and its operation ends with this error. */
  fault?: OperationFault;
}

export type Repeatable = Pick<OperationSpec, 'type' | 'zone' | 'requestId'> &
  Pick<OperationRecord['target'], 'collection' | 'name'>;

export interface Operations {
  /** A new PENDING operation, written together with `entries`. */
  accept(spec: OperationSpec, entries?: Entry[]): OperationRecord;
  /** An operation that no call began and that is DONE already (a preemption), written together with `entries`. */
  record(spec: OperationSpec, entries: Entry[]): void;
  begin(id: string): void;
  /** DONE, written together with `entries`: the effect and its operation cannot be seen apart. */
  finish(id: string, fault?: OperationFault, entries?: Entry[]): void;
  /** The operation of an earlier call that is the same, request id included. */
  repeated(call: Repeatable): OperationRecord | undefined;
  /** Operations on the VM or disk that are not DONE. */
  unfinishedOn(targetId: string): OperationRecord[];
  named(zone: string, name: string): OperationRecord | undefined;
  /** The operation once it is DONE, or as it is after two minutes. */
  wait(operation: OperationRecord): Promise<OperationRecord>;
}

export function createOperations(store: ComputeStore, clock: Clock): Operations {
  const waiters = new Map<string, Set<() => void>>();
  const current = (id: string): OperationRecord | undefined => store.operations.get(id);
  const values = (): OperationRecord[] => [...store.operations.values()];

  let sequence = Math.max(0, ...values().map((operation) => operation.sequence));
  const fresh = (spec: OperationSpec): OperationRecord => {
    const insertedAt = clock.now();
    const name = `operation-${insertedAt}-${randomBytes(7).toString('hex')}-${randomBytes(4).toString('hex')}`;
    sequence += 1;
    return { ...spec, id: newId(), name, sequence, status: 'PENDING', insertedAt };
  };

  return {
    accept(spec, entries = []) {
      const operation = fresh(spec);
      store.write(...entries, { operation });
      return operation;
    },
    record(spec, entries) {
      const operation = fresh(spec);
      const at = operation.insertedAt;
      store.write(...entries, { operation: { ...operation, status: 'DONE', startedAt: at, endedAt: at } });
    },
    begin(id) {
      const operation = current(id);
      if (operation?.status !== 'PENDING') return;
      store.write({ operation: { ...operation, status: 'RUNNING', startedAt: clock.now() } });
    },
    finish(id, fault, entries = []) {
      const operation = current(id);
      if (!operation || operation.status === 'DONE') return store.write(...entries);
      const endedAt = clock.now();
      const startedAt = operation.startedAt ?? endedAt;
      const end = { status: 'DONE' as const, startedAt, endedAt, fault: fault ?? operation.fault };
      const done = { ...operation, ...end };
      store.write(...entries, { operation: done });
      waiters.get(id)?.forEach((answer) => answer());
    },
    repeated(call) {
      if (call.requestId === undefined) return undefined;
      const isSame = ({ type, zone, target: { collection, name } }: OperationRecord): boolean =>
        type === call.type && zone === call.zone && collection === call.collection && name === call.name;
      return values().find((other) => other.requestId === call.requestId && isSame(other));
    },
    unfinishedOn: (targetId) => values().filter(({ status, target }) => status !== 'DONE' && target.id === targetId),
    named: (zone, name) =>
      values().find((operation) => operation.zone === zone && (operation.name === name || operation.id === name)),
    wait(operation) {
      const { id } = operation;
      if (current(id)?.status === 'DONE') return Promise.resolve(current(id) ?? operation);
      return new Promise((resolve) => {
        const answers = waiters.get(id) ?? new Set();
        const answer = (): void => {
          answers.delete(answer);
          if (answers.size === 0) waiters.delete(id);
          timer.cancel();
          resolve(current(id) ?? operation);
        };
        const timer = clock.after(LONGEST_WAIT_MS, answer);
        waiters.set(id, answers.add(answer));
      });
    },
  };
}
