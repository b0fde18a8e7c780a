// From the decision to a VM whose time limit is proven.
import { vmName, type Attempt } from '@mymlops/protocol';
import { attemptOf, withAttempt } from '../engine/attempts';
import { reasonOfFailure } from '../engine/failures';
import { instanceBody, maxRunDurationSeconds } from '../engine/instance-body';
import { observeStopped } from '../engine/observe';
import { chooseProvisioning, chooseZone } from '../engine/placement';
import type { CloudFailure, Context, StoredRun } from '../ports';
import { removeVm } from '../remove-vm';
import { requestIdOf } from '../request-id';
import { OPERATION_WAIT_SECONDS, requestOf, targetOf, timestamp, type Acting, type Merge } from './effect';

/** Chooses the zone and writes the intent. The insert is the next action, once the intent is in Firestore. */
export async function start(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const request = requestOf(stored);
  const zone = chooseZone(await acting.cloud.zones(), request);
  const decided: Attempt['decided'] = {
    at: timestamp(acting),
    actor: acting.actor,
    zone: zone ?? '-',
    machine: request.instance.machineType ?? acting.vm.machineType,
    provisioning: chooseProvisioning(request, stored.state),
    vm: vmName(acting.vm.deployment, stored.run, number),
    requestId: requestIdOf(stored.run, number),
    maxRunDurationSeconds: maxRunDurationSeconds(request),
  };
  const intent: Attempt = zone
    ? { decided }
    : {
        decided,
        ...settledBadly(acting, { code: 'notFound', message: `no zone matches ${request.instance.zoneRegex}` }),
      };
  // Another invocation may have decided meanwhile, or the user may have cancelled: then its word stands.
  return (state) =>
    state.attempts[number] || state.cancel ? state : { ...state, attempts: { ...state.attempts, [number]: intent } };
}

function settledBadly(context: Context, failure: CloudFailure): Pick<Attempt, 'insert'> {
  const message = failure.message.slice(0, 500);
  return {
    insert: { settledAt: timestamp(context), failure: { ...failure, message, reason: reasonOfFailure(failure.code) } },
  };
}

export async function insert(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided } = attemptOf(stored.state, number);
  const body = instanceBody(requestOf(stored), number, decided, acting.vm);
  if (!acting.isFresh()) return undefined;
  const answer = await acting.cloud.insert(decided.zone, decided.requestId, body);
  if ('refused' in answer) return (state) => withAttempt(state, number, settledBadly(acting, answer.refused));
  if ('exists' in answer) return adopt(stored, number, acting);
  return (state) => withAttempt(state, number, { insert: { ...attemptOf(state, number).insert, ...answer } });
}

/** A VM of our name exists: it is ours if it carries our labels, else the name is taken. */
async function adopt(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided } = attemptOf(stored.state, number);
  const vm = await acting.cloud.get(decided.zone, decided.vm);
  if (!vm) throw new Error('a VM was there a moment ago and is not');
  const ours = Object.entries(instanceBody(requestOf(stored), number, decided, acting.vm).labels);
  if (!ours.every(([key, value]) => vm.labels[key] === value)) {
    const failure = { code: 'alreadyExists', message: `a VM named ${vm.name} exists and is not ours` };
    return (state) => withAttempt(state, number, settledBadly(acting, failure));
  }
  return (state) => withAttempt(state, number, { insert: { instanceId: vm.id, settledAt: timestamp(acting) } });
}

export async function awaitInsert(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, insert: sent } = attemptOf(stored.state, number);
  if (!sent?.operation) return adopt(stored, number, acting);
  const operation = await acting.cloud.awaitOperation(decided.zone, sent.operation, OPERATION_WAIT_SECONDS);
  if (!operation.done) return undefined;
  const { failure } = operation;
  if (!failure) return (state) => withAttempt(state, number, { insert: { ...sent, settledAt: timestamp(acting) } });
  // A failed insert can leave things behind all the same: they are deleted before the failure counts.
  if (!(await removeVm(targetOf(decided, acting), acting.cloud))) return undefined;
  const settled = settledBadly(acting, failure).insert;
  return (state) => withAttempt(state, number, { insert: { ...sent, ...settled }, goneAt: timestamp(acting) });
}

/** Reads maxRunDuration and its action back: a VM that could outlive us is not let live. */
export async function guard(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, insert: sent } = attemptOf(stored.state, number);
  const vm = await acting.cloud.get(decided.zone, decided.vm);
  const at = timestamp(acting);
  if (!vm) return (state) => observeStopped(state, number, { at, how: 'gone' });
  if (vm.terminationAction === 'DELETE' && vm.maxRunDurationSeconds === decided.maxRunDurationSeconds) {
    return (state) => withAttempt(state, number, { guardedAt: at });
  }
  acting.log('ERROR', 'VM without its time limit', { run: stored.run, vm: vm.name, zone: vm.zone });
  const failure = {
    code: 'unguarded',
    message: 'Compute Engine dropped the VM time limit',
    reason: 'internal' as const,
  };
  return (state) => withAttempt(state, number, { insert: { ...sent, settledAt: at, failure } });
}
