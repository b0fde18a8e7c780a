// What the bucket tells of an attempt, and the fence that keeps it from going on.
import {
  ATTEMPT_OBJECTS,
  attemptPrefix,
  cutText,
  isSealedOutcome,
  SEALED_OUTCOME,
  outcome as outcomeSchema,
  parametersOf,
  parseJson,
  resultsPrefix,
  type Attempt,
  type Metrics,
  type Outcome,
  type Parsed,
  type Results,
} from '@mymlops/protocol';
import { attemptOf, withAttempt } from '../../engine/run/attempts';
import { plainLine } from '../../engine/run/exit-code-message';
import type { Reading } from '../../engine/run/judge';
import { MAX_METRICS_BYTES, readMetrics } from '../../engine/run/metrics';
import { namesOfMissing } from '../../engine/run/missing-files-message';
import { readNotebook } from '../../engine/run/notebook-facts';
import { parametersUse } from '../../engine/run/parameters-use';
import type { StoredRun } from '../../ports';
import { requestOf, timestamp, type Acting, type Merge } from '../effect';

/** Beside the notebook, where the command leaves it. */
const METRICS_FILE = 'metrics.json';
/** A larger notebook is judged by its exit code alone. */
const MAX_NOTEBOOK_BYTES = 64_000_000;
/** outcome.json with its manifest of, say, a hundred thousand files. */
const MAX_OUTCOME_BYTES = 64 * 1024 * 1024;

export async function close(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  if (!acting.isFresh()) return undefined;
  const object = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.closed}`;
  await acting.results.write(object, `${timestamp(acting)}\n`);
  return (state) => withAttempt(state, number, { closedAt: timestamp(acting) });
}

/** What a VM writes to the bucket is a sign of life that needs neither Pub/Sub nor our own functions. */
export async function lookForSigns(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const [newestObjectAt, canary] = await Promise.all([
    acting.results.newest(attemptPrefix(stored.run, number)),
    acting.runs.canary(),
  ]);
  const silence = {
    at: timestamp(acting),
    ...(newestObjectAt && { newestObjectAt }),
    ...(canary && { canaryAt: canary.at, canarySince: canary.since }),
  };
  return (state) => withAttempt(state, number, { silence });
}

/**
 * Reads the outcome. Of an attempt that is closed, its place is taken where it is empty: the agent creates outcome.json
 * only where there is none, so that either it or we have the last word, and both see whose it was.
 */
export async function readOutcome(stored: StoredRun, number: number, acting: Acting): Promise<Merge> {
  const object = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.outcome}`;
  const isClosed = attemptOf(stored.state, number).closedAt !== undefined;
  const isSealed = isClosed && (await acting.results.create(object, SEALED_OUTCOME));
  const answer = isSealed ? 'absent' : await acting.results.read(object, MAX_OUTCOME_BYTES);
  const outcomeAbsentAt = timestamp(acting);
  if (answer === 'absent' || (answer !== 'too-large' && isSealedOutcome(answer.text))) {
    return (state) => withAttempt(state, number, { outcomeAbsentAt });
  }
  const parsed: Parsed<Outcome> =
    answer === 'too-large' ? { ok: false, error: 'it is too large' } : parseJson(outcomeSchema, answer.text);
  if (!parsed.ok) {
    acting.log('ERROR', 'unreadable outcome', { run: stored.run, attempt: number, cause: parsed.error });
    const outcomeDefect = cutText(parsed.error, 500);
    return (state) => withAttempt(state, number, { outcomeAbsentAt, outcomeDefect });
  }
  const outcome = parsed.value;
  const [reading, metrics] = await Promise.all([
    readResultingNotebook(stored, outcome, number, acting),
    readResultingMetrics(stored, outcome, number, acting),
  ]);
  const results = {
    attempt: number,
    files: outcome.manifest.length,
    bytes: outcome.manifest.reduce((sum, entry) => sum + entry.size, 0),
    ...reading,
    ...useOfParameters(stored, outcome, reading),
    ...(metrics && { metrics }),
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

/** Empty if the command did not run, or if the run has no parameters. */
function useOfParameters(
  stored: StoredRun,
  { command }: Outcome,
  { notebook }: Reading,
): Pick<Results, 'parametersUse'> {
  if (!command || Object.keys(parametersOf(requestOf(stored))).length === 0) return {};
  return { parametersUse: parametersUse({ isRead: command.paramsRead, isInjected: notebook?.injected }) };
}

/** Undefined where the run left none. */
async function readResultingMetrics(
  stored: StoredRun,
  { manifest }: Outcome,
  number: number,
  { results }: Acting,
): Promise<Metrics | undefined> {
  if (!manifest.some(({ path64 }) => path64 === METRICS_FILE)) return undefined;
  const answer = await results.read(`${resultsPrefix(stored.run, number)}${METRICS_FILE}`, MAX_METRICS_BYTES);
  if (answer === 'absent') return undefined;
  return answer === 'too-large' ? { values: [], unread: 'too-large' } : readMetrics(answer.text);
}

function outcomeFacts(outcome: Outcome): NonNullable<Attempt['outcome']> {
  const { startedAt, finishedAt, savedAt, command, failure, missing } = outcome;
  return {
    startedAt,
    finishedAt,
    savedAt,
    exit: command?.exit,
    timedOut: command?.timedOut ?? false,
    lastLine: command?.lastLine64 ? plainLine(command.lastLine64) : undefined,
    failure: failure && { reason: failure.reason, message: failure.message64 },
    missing: missing.length,
    missingNames: namesOfMissing(missing),
  };
}
