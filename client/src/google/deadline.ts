// Deadlines for calls to Google, whose libraries would retry for minutes before they report that nothing answers.
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, DeadlineError, deadlineOf, untilFailure, type Watch } from '@mymlops/google';
import { ExpectedError } from '../core/errors';
import type { Connection } from './connection';
import type { Diagnosis, Service, TroubleFinder } from './find-trouble';
import { GoogleTrouble, credentialsTrouble, networkCodeOf, networkTrouble } from './trouble';

export interface Patience extends Pick<Connection, 'deadlineMs' | 'finders' | 'endpoints' | 'contact'> {
  /** A transfer may use the whole line for a long time, so a reason is searched only after it has failed. */
  isTransfer?: boolean;
}

/** gRPC statuses of calls that may not have arrived: unknown, deadline exceeded, unavailable, unauthenticated. */
const UNREACHED = [2, 4, 14, 16];

/** Each function fails one call to Google that is under way; see `failCalls`. */
const underWay = new Set<(error: unknown) => void>();
let failedAt = -Infinity;
/** After a failure, the libraries throw the same error again for each of their calls, for about this time. */
const ECHO_MS = 2_000;

/**
 * The result of `call`. Throws ExpectedError with the name of the service after `deadlineMs`; throws GoogleTrouble after a few
 * seconds if Google surely cannot be reached. A call that is only slow may use the whole time.
 */
export async function within<T>(patience: Patience, service: Service, call: Promise<T>): Promise<T> {
  const { deadlineMs, finders = [], contact, isTransfer = false } = patience;
  let hint: Diagnosis | undefined;
  const trouble: Watch = (fail) => {
    const over = new AbortController();
    const look = async (): Promise<void> => {
      hint = await lookInOrder(finders, service, over.signal);
      if (hint && isVerdict(hint, contact)) fail(hint.trouble);
    };
    // If the search itself fails, that says nothing about the call.
    if (!isTransfer) void look().catch(() => undefined);
    return () => over.abort();
  };
  const watches = [deadlineOf(service, deadlineMs), trouble, ...(finders.length > 0 ? [uncaught] : [])];
  try {
    const result = await untilFailure(call, ...watches);
    if (contact) contact.isMade = true;
    return result;
  } catch (error) {
    if (error instanceof DeadlineError) throw lateError(service, patience, hint);
    if (contact && isAnswer(error)) contact.isMade = true;
    throw await reasonOf(error, service, patience);
  }
}

/** See `failCalls`. */
const uncaught: Watch = (fail) => {
  underWay.add(fail);
  return () => underWay.delete(fail);
};

/**
 * Fails the calls to Google that are under way with an error that a library threw outside of any call. Returns false if the
 * error does not belong to such a call, and must be reported by the caller.
 */
export function failCalls(error: unknown): boolean {
  if (networkCodeOf(error) === undefined && credentialsTrouble(error) === undefined) return false;
  for (const fail of underWay) fail(error);
  if (underWay.size > 0) failedAt = performance.now();
  return performance.now() - failedAt < ECHO_MS;
}

/** Calls the finders one after the other, each at its time, until one has a diagnosis. */
async function lookInOrder(
  finders: readonly TroubleFinder[],
  service: Service,
  signal: AbortSignal,
): Promise<Diagnosis | undefined> {
  const startedAt = performance.now();
  for (const { afterMs, find } of finders) {
    await delay(Math.max(0, afterMs - (performance.now() - startedAt)), undefined, { signal });
    const finding = await find(service);
    if (finding) return finding;
  }
  return undefined;
}

/** `error`, or its cause if one is found. */
async function reasonOf(error: unknown, service: Service, patience: Patience): Promise<unknown> {
  const { finders = [], contact } = patience;
  if (error instanceof ExpectedError || finders.length === 0) return error;
  const credentials = credentialsTrouble(error);
  if (credentials === undefined && isAnswer(error)) return error;
  let finding: Diagnosis | undefined;
  for (const { about, find } of finders) {
    const isKnown = about === 'sign-in' && credentials !== undefined;
    if (!finding && !isKnown) finding = await find(service);
  }
  if (finding && isVerdict(finding, contact)) return finding.trouble;
  return credentials ?? networkTrouble(error) ?? (isUnreached(error) ? finding?.trouble : undefined) ?? error;
}

/** If Google has answered before, silence only means that the line is slow. */
const isVerdict = ({ kind }: Diagnosis, contact: Patience['contact']): boolean =>
  kind === 'definite' || (kind === 'unconnected' && !contact?.isMade);

/** The error comes from the service itself, so the service was reached. */
function isAnswer(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'number' && !UNREACHED.includes(code);
}

function isUnreached(error: unknown): boolean {
  const code = codeOf(error);
  return (typeof code === 'number' && UNREACHED.includes(code)) || networkCodeOf(error) !== undefined;
}

function lateError(service: Service, { deadlineMs, endpoints }: Patience, hint?: Diagnosis): ExpectedError {
  const late = `${service} did not answer within ${Math.round(deadlineMs / 1000)} s.`;
  if (hint) return new GoogleTrouble(`${late} ${hint.trouble.message}`, false, { cause: hint.trouble });
  const place = endpoints ? '`mymlops-client local status`' : 'the network';
  return new ExpectedError(`${late} Try again; if that does not help, check ${place}.`);
}
