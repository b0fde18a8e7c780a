// RUN on the command line -> an existing run.
import { type RunDocument, isRunId } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { RunReader, FoundRun } from '../google/runs';

const SHOWN_MATCHES = 10;
/** A run that was submitted within this time may still be on its way. */
const ARRIVAL_MS = 60_000;
/** Pub/Sub keeps an undelivered message for 31 days at most. */
const DELIVERY_MS = 31 * 86_400_000;

/** The id of the run that `text` names: a full id, `latest`, or a unique part of an id. A full id is not looked up. */
export async function resolveRun(runs: RunReader, text: string): Promise<string> {
  if (isRunId(text)) return text;
  // An empty shell variable is part of every id; with only one run it would be a unique part.
  if (text.trim() === '')
    throw new ExpectedError('RUN is empty. Give an id, a unique part of one, or `latest`.', EXIT.usage);
  const ids = text === 'latest' ? (await runs.list(1)).map(({ run }) => run) : await runs.idsWith(text);
  const [first, second] = ids;
  if (first !== undefined && second === undefined) return first;
  if (second === undefined) {
    const sentence = text === 'latest' ? 'There are no runs yet.' : `No run has ${JSON.stringify(text)} in its id.`;
    throw new ExpectedError(`${sentence} See: mymlops-client ps --all`, EXIT.notFound);
  }
  const more = ids.length > SHOWN_MATCHES ? `\n  and ${ids.length - SHOWN_MATCHES} more` : '';
  const shown = ids.slice(0, SHOWN_MATCHES).map((id) => `  ${id}`);
  throw new ExpectedError(
    `${ids.length} runs have ${JSON.stringify(text)} in their id. Give more of the id:\n${shown.join('\n')}${more}`,
    EXIT.usage,
  );
}

/** The same as resolveRun, with the run's document. */
export async function findRun(runs: RunReader, text: string): Promise<FoundRun> {
  const run = await resolveRun(runs, text);
  const document: RunDocument | null = await runs.get(run);
  if (document) return { run, document };
  const { isExpected, message } = await absenceOf(runs, run);
  throw new ExpectedError(message, isExpected ? EXIT.notFinished : EXIT.notFound);
}

export interface Absence {
  message: string;
  /** Pub/Sub may still deliver its commit. */
  mayArrive: boolean;
  /** The commit is so recent that it is most likely on its way. */
  isExpected: boolean;
}

/** How sentences name a document, and the command that lists all. */
const RUN_WORDS = { what: 'run', list: 'ps --all' };

/** Why there is no document of `run`, or of something else that has the id of a run. */
export async function absenceOf(
  reader: Pick<RunReader, 'isRemoved'>,
  run: string,
  { what, list } = RUN_WORDS,
): Promise<Absence> {
  if (await reader.isRemoved(run)) return { message: `${run} was removed.`, mayArrive: false, isExpected: false };
  const ageMs = Date.now() - submittedMs(run);
  // The clock of the computer that made the id may be a little ahead of ours.
  const isExpected = Math.abs(ageMs) < ARRIVAL_MS;
  const mayArrive = ageMs > -ARRIVAL_MS && ageMs < DELIVERY_MS;
  const message = isExpected
    ? `${run} has not arrived yet. Try again in a moment.`
    : `There is no ${what} ${run}. See: mymlops-client ${list}`;
  return { message, mayArrive, isExpected };
}

/** An id contains the time of its submission. */
function submittedMs(run: string): number {
  return Date.parse(run.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
