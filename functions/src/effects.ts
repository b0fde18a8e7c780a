// Carries out one action on the cloud. Each effect returns how its result is merged into the run, or undefined when
// there is nothing new yet (the sweep will ask again). Each may be repeated.
import {
  ATTEMPT_OBJECTS,
  attemptPrefix,
  CONTROL_KEY,
  formatControl,
  outcome as outcomeSchema,
  parseJson,
  PUBLISH_FILES,
  resultsPrefix,
  vmName,
  type Attempt,
  type CommitRequest,
  type Outcome,
  type Parsed,
  type RunState,
} from '@mymlops/protocol';
import { attemptOf, withAttempt } from './engine/attempts';
import type { Action } from './engine/decide';
import { reasonOfFailure } from './engine/failures';
import { instanceBody, maxRunDurationSeconds } from './engine/instance-body';
import { readNotebook, type Reading } from './engine/judge';
import { observeStopped } from './engine/observe';
import { chooseZone } from './engine/placement';
import { commitMessage, metadataJson } from './engine/publication';
import type { CloudFailure, Context, StoredRun } from './ports';
import { removeVm, type Target } from './remove-vm';
import { requestIdOf } from './request-id';

export interface Acting extends Context {
  actor: string;
  /** False when too much time has passed since the run was loaded to act on it. */
  isFresh(): boolean;
}

export type Merge = (state: RunState) => RunState;

/** A larger notebook is judged by its exit code alone. */
const MAX_NOTEBOOK_BYTES = 64 * 1024 * 1024;
/** outcome.json with its manifest of, say, a hundred thousand files. */
const MAX_OUTCOME_BYTES = 64 * 1024 * 1024;
const OPERATION_WAIT_SECONDS = 60;

export async function perform(action: Action, stored: StoredRun, acting: Acting): Promise<Merge | undefined> {
  switch (action.do) {
    case 'start':
      return start(stored, action.attempt, acting);
    case 'insert':
      return insert(stored, action.attempt, acting);
    case 'await-insert':
      return awaitInsert(stored, action.attempt, acting);
    case 'guard':
      return guard(stored, action.attempt, acting);
    case 'look-for-claim':
      return lookForClaim(stored, action.attempt, acting);
    case 'close':
      return close(stored, action.attempt, acting);
    case 'read-outcome':
      return readOutcome(stored, action.attempt, acting);
    case 'give-verdict':
      return giveVerdict(stored, action.attempt, acting);
    case 'delete':
      return remove(stored, action.attempt, acting);
    default:
      throw new Error(`not an effect: ${action.do}`);
  }
}

function requestOf(stored: StoredRun): CommitRequest {
  if (!stored.state.request) throw new Error(`run ${stored.run} has no request`);
  return stored.state.request;
}

const targetOf = (decided: Attempt['decided'], { vm }: Context): Target => ({
  zone: decided.zone,
  name: decided.vm,
  deployment: vm.deployment,
});

const timestamp = (context: Context): string => new Date(context.now()).toISOString();

/** Chooses the zone and writes the intent. The insert is the next action, once the intent is in Firestore. */
async function start(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const request = requestOf(stored);
  const zone = chooseZone(await acting.cloud.zones(), request);
  const decided: Attempt['decided'] = {
    at: timestamp(acting),
    actor: acting.actor,
    zone: zone ?? '-',
    machine: request.instance.machineType ?? acting.vm.machineType,
    provisioning: request.instance.provisioning,
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

async function insert(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
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

async function awaitInsert(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
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
async function guard(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
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

async function close(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const object = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.closed}`;
  await acting.results.write(object, `${timestamp(acting)}\n`);
  return (state) => withAttempt(state, number, { closedAt: timestamp(acting) });
}

/** The claim is a VM's first write: a sign of life that needs neither Pub/Sub nor our own functions. */
async function lookForClaim(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const claim = await acting.results.read(
    `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.claim}`,
    MAX_OUTCOME_BYTES,
  );
  return (state) => withAttempt(state, number, { claimed: { at: timestamp(acting), found: claim !== 'absent' } });
}

async function readOutcome(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const answer = await acting.results.read(
    `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.outcome}`,
    MAX_OUTCOME_BYTES,
  );
  const outcomeAbsentAt = timestamp(acting);
  if (answer === 'absent') return (state) => withAttempt(state, number, { outcomeAbsentAt });
  const parsed: Parsed<Outcome> =
    answer === 'too-large' ? { ok: false, error: 'it is too large' } : parseJson(outcomeSchema, answer.text);
  if (!parsed.ok) {
    acting.log('ERROR', 'unreadable outcome', { run: stored.run, attempt: number, cause: parsed.error });
    const outcomeDefect = parsed.error.slice(0, 500);
    return (state) => withAttempt(state, number, { outcomeAbsentAt, outcomeDefect });
  }
  const outcome = parsed.value;
  const results = {
    attempt: number,
    files: outcome.manifest.length,
    bytes: outcome.manifest.reduce((sum, entry) => sum + entry.size, 0),
    ...(await readResultingNotebook(stored, outcome, number, acting)),
  };
  return (state) =>
    attemptOf(state, number).outcome
      ? state
      : { ...withAttempt(state, number, { outcome: outcomeFacts(outcome) }), results };
}

async function readResultingNotebook(
  stored: StoredRun,
  { manifest, missing }: Outcome,
  number: number,
  { results }: Acting,
): Promise<Reading> {
  const name = requestOf(stored).notebook.split('/').at(-1) ?? '';
  const isNotebook = (entry: { path64: string }): boolean => entry.path64 === name;
  if (missing.some(isNotebook)) return { unread: 'not-uploaded' };
  if (!manifest.some(isNotebook)) return { unread: 'gone' };
  const answer = await results.read(`${resultsPrefix(stored.run, number)}${name}`, MAX_NOTEBOOK_BYTES);
  if (answer === 'absent') return { unread: 'not-uploaded' };
  if (answer === 'too-large') return { unread: 'too-large' };
  const notebook = readNotebook(answer.text);
  return notebook ? { notebook } : { unread: 'broken' };
}

function outcomeFacts({ startedAt, finishedAt, command, failure, missing }: Outcome): NonNullable<Attempt['outcome']> {
  return {
    startedAt,
    finishedAt,
    exit: command?.exit,
    timedOut: command?.timedOut ?? false,
    failure: failure && { reason: failure.reason, message: failure.message64 },
    missing: missing.length,
  };
}

/** Puts the publication's files into the bucket, then tells the VM to push. A VM that is gone leaves them to `publish RUN`. */
async function giveVerdict(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, stopped } = attemptOf(stored.state, number);
  const prefix = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.publish}`;
  await Promise.all([
    acting.results.write(`${prefix}${PUBLISH_FILES.metadata}`, metadataJson(stored.state)),
    acting.results.write(`${prefix}${PUBLISH_FILES.message}`, commitMessage(stored.state)),
  ]);
  const verdict = formatControl({ verdict: stored.state.end?.status });
  const told = !stopped && (await acting.cloud.setMetadata(decided.zone, decided.vm, CONTROL_KEY, verdict));
  const at = timestamp(acting);
  return (state) => {
    const sent = withAttempt(state, number, { verdictSentAt: at });
    return told || stopped ? sent : observeStopped(sent, number, { at, how: 'gone' });
  };
}

async function remove(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided } = attemptOf(stored.state, number);
  if (!acting.isFresh()) return undefined;
  const gone = await removeVm(targetOf(decided, acting), acting.cloud);
  return gone ? (state) => withAttempt(state, number, { goneAt: timestamp(acting) }) : undefined;
}
