// RUN on the command line -> a run there is.
import { type RunDocument, isRunId } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { Runs, StoredRun } from '../google/runs';

const SHOWN_MATCHES = 10;
/** A run that was submitted this short ago may be on its way still. */
const ARRIVAL_MS = 60_000;
/** Pub/Sub keeps what could not be delivered for 31 days at most. */
const DELIVERY_MS = 31 * 86_400_000;

/** Id of the run that `text` means: a full id, `latest`, or a unique part of one. A full id is not looked up. */
export async function resolveRun(runs: Runs, text: string): Promise<string> {
  if (isRunId(text)) return text;
  // A variable of the shell that holds nothing: it is part of every id, and of one alone it would be unique.
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
    `${ids.length} runs have ${JSON.stringify(text)} in their id. Give more of it:\n${shown.join('\n')}${more}`,
    EXIT.usage,
  );
}

/** As resolveRun, with its document. */
export async function findRun(runs: Runs, text: string): Promise<StoredRun> {
  const run = await resolveRun(runs, text);
  const document: RunDocument | null = await runs.get(run);
  if (document) return { run, document };
  const { isExpected, message } = await absenceOf(runs, run);
  throw new ExpectedError(message, isExpected ? EXIT.notFinished : EXIT.notFound);
}

export interface Absence {
  message: string;
  /** Its commit may be under way still, as Pub/Sub's promise goes; and so young that it most likely is. */
  mayArrive: boolean;
  isExpected: boolean;
}

/** Why there is no document of `run`. */
export async function absenceOf(runs: Pick<Runs, 'isRemoved'>, run: string): Promise<Absence> {
  if (await runs.isRemoved(run)) return { message: `${run} was removed.`, mayArrive: false, isExpected: false };
  const ageMs = Date.now() - submittedMs(run);
  // The clock of the machine that gave the id may be a little ahead of ours.
  const isExpected = Math.abs(ageMs) < ARRIVAL_MS;
  const mayArrive = ageMs > -ARRIVAL_MS && ageMs < DELIVERY_MS;
  const message = isExpected
    ? `${run} has not arrived yet. Try again in a moment.`
    : `There is no run ${run}. See: mymlops-client ps --all`;
  return { message, mayArrive, isExpected };
}

/** An id carries its time. */
function submittedMs(run: string): number {
  return Date.parse(run.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
