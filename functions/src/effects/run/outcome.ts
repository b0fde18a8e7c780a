// Reads what an attempt left in the results bucket.
import {
  ATTEMPT_OBJECTS,
  attemptPrefix,
  cutText,
  isVoidOutcome,
  jsonIn,
  outcome as outcomeSchema,
  parametersOf,
  parseLoosely,
  resultsPrefix,
  VOID_OUTCOME,
  type AttemptOutcome,
  type Metrics,
  type Outcome,
  type Parsed,
  type Results,
  type RunState,
} from '@mymlops/protocol';
import { attemptOf, withAttempt } from '../../engine/run/attempts';
import { isLastLook } from '../../engine/run/final-outcome';
import { plainLine } from '../../engine/run/exit-code-message';
import type { NotebookReading } from '../../engine/run/judge';
import { MAX_METRICS_BYTES, readMetrics } from '../../engine/run/metrics';
import { namesOfMissing } from '../../engine/run/missing-files-message';
import { readNotebook } from '../../engine/run/notebook-facts';
import { parametersUse } from '../../engine/run/parameters-use';
import type { ResultsBucket } from '../../ports/bucket';
import type { Stored } from '../../ports/documents';
import { timestamp, type Effect } from '../effect';
import { requestOf } from './request-of';

/** Beside the notebook, where the command leaves it. */
const METRICS_FILE = 'metrics.json';
/** A larger notebook is judged by its exit code alone. */
const MAX_NOTEBOOK_BYTES = 64_000_000;
/** outcome.json with its manifest of, say, a hundred thousand files. */
const MAX_OUTCOME_BYTES = 64 * 1024 * 1024;

/** Reads the outcome. For a fenced attempt that has none, creates a void one first (engine/run/final-outcome.ts). */
export const readOutcome: Effect<RunState> = async (stored, number, context) => {
  const { id, state: known } = stored;
  const { resultsBucket: bucket } = context;
  const object = `${attemptPrefix(id, number)}${ATTEMPT_OBJECTS.outcome}`;
  const isVoid = isLastLook(attemptOf(known, number)) && (await bucket.create(object, VOID_OUTCOME));
  const answer = isVoid ? 'absent' : await bucket.read(object, MAX_OUTCOME_BYTES);
  const outcomeAbsentAt = timestamp(context);
  if (answer === 'absent' || (answer !== 'too-large' && isVoidOutcome(answer.text))) {
    return { merge: (state) => withAttempt(state, number, { outcomeAbsentAt }) };
  }
  const parsed: Parsed<Outcome> =
    answer === 'too-large' ? { ok: false, error: 'it is too large' } : readText(answer.text);
  if (!parsed.ok) {
    context.log('ERROR', 'unreadable outcome', { run: id, attempt: number, cause: parsed.error });
    const outcomeDefect = cutText(parsed.error, 500);
    return { merge: (state) => withAttempt(state, number, { outcomeAbsentAt, outcomeDefect }) };
  }
  const outcome = parsed.value;
  const [reading, metrics] = await Promise.all([
    readResultingNotebook(stored, outcome, number, bucket),
    readResultingMetrics(stored, outcome, number, bucket),
  ]);
  const results: Results = {
    attempt: number,
    files: outcome.manifest.length,
    bytes: outcome.manifest.reduce((sum, entry) => sum + entry.size, 0),
    ...reading,
    ...useOfParameters(stored, outcome, reading),
    ...(metrics && { metrics }),
  };
  return {
    merge: (state) =>
      attemptOf(state, number).outcome
        ? state
        : { ...withAttempt(state, number, { outcome: outcomeFacts(outcome) }), results },
  };
};

function readText(text: string): Parsed<Outcome> {
  const json = jsonIn(text);
  return json.ok ? parseLoosely(outcomeSchema, json.value) : json;
}

async function readResultingNotebook(
  stored: Stored<RunState>,
  { manifest, missing }: Outcome,
  number: number,
  bucket: ResultsBucket,
): Promise<NotebookReading> {
  const name = requestOf(stored).notebook.split('/').at(-1) ?? '';
  const isNotebook = (entry: { path: string }): boolean => entry.path === name;
  if (missing.some(isNotebook)) return { unread: 'not-uploaded' };
  if (!manifest.some(isNotebook)) return { unread: 'gone' };
  const answer = await bucket.read(`${resultsPrefix(stored.id, number)}${name}`, MAX_NOTEBOOK_BYTES);
  if (answer === 'absent') return { unread: 'not-uploaded' };
  if (answer === 'too-large') return { unread: 'too-large' };
  const notebook = readNotebook(answer.text);
  return notebook ? { notebook } : { unread: 'broken' };
}

/** Empty if the command did not run, or if the run has no parameters. */
function useOfParameters(
  stored: Stored<RunState>,
  { command }: Outcome,
  { notebook }: NotebookReading,
): Pick<Results, 'parametersUse'> {
  if (!command || Object.keys(parametersOf(requestOf(stored))).length === 0) return {};
  return { parametersUse: parametersUse({ isRead: command.paramsRead, isInjected: notebook?.injected }) };
}

/** Undefined where the run left none. */
async function readResultingMetrics(
  stored: Stored<RunState>,
  { manifest }: Outcome,
  number: number,
  bucket: ResultsBucket,
): Promise<Metrics | undefined> {
  if (!manifest.some(({ path }) => path === METRICS_FILE)) return undefined;
  const answer = await bucket.read(`${resultsPrefix(stored.id, number)}${METRICS_FILE}`, MAX_METRICS_BYTES);
  if (answer === 'absent') return undefined;
  return answer === 'too-large' ? { values: [], unread: 'too-large' } : readMetrics(answer.text);
}

function outcomeFacts({ startedAt, finishedAt, savedAt, command, failure, missing }: Outcome): AttemptOutcome {
  return {
    startedAt,
    finishedAt,
    savedAt,
    exit: command?.exit,
    timedOut: command?.timedOut ?? false,
    lastLine: command?.lastLine ? plainLine(command.lastLine) : undefined,
    failure,
    missing: missing.length,
    missingNames: namesOfMissing(missing),
  };
}
