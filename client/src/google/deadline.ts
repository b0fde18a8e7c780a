// Google's libraries retry for minutes before they say that nobody answers.
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, DeadlineError, deadlineOf, untilFailure, type Watch } from '@mymlops/google';
import { ExpectedError } from '../core/errors';
import type { Connection } from './connection';
import type { Finding, Service, TroubleFinder } from './find-trouble';
import { GoogleTrouble, credentialsTrouble, networkCodeOf, networkTrouble } from './trouble';

export interface Patience extends Pick<Connection, 'deadlineMs' | 'finders' | 'endpoints' | 'contact'> {
  /** It may fill the line for as long as it likes: nothing is looked for before it has failed. */
  isTransfer?: boolean;
}

/** gRPC's own words for calls that may never have arrived: unknown, deadline exceeded, unavailable, unauthenticated. */
const UNREACHED = [2, 4, 14, 16];

/** Each of these functions ends one call to Google that is under way; see `failCalls`. */
const underWay = new Set<(error: unknown) => void>();
let failedAt = -Infinity;
/** For so long the libraries go on to throw, once for each of their calls, what a command tells already. */
const ECHO_MS = 2_000;

/**
 * The result of `call`, or after `deadlineMs` an ExpectedError that names the service. Where Google is called and surely
 * cannot be reached, GoogleTrouble after a few seconds. A call that is merely slow has all its time.
 */
export async function within<T>(patience: Patience, service: Service, call: Promise<T>): Promise<T> {
  const { deadlineMs, finders = [], contact, isTransfer = false } = patience;
  let hint: Finding | undefined;
  const trouble: Watch = (fail) => {
    const over = new AbortController();
    const look = async (): Promise<void> => {
      hint = await lookInOrder(finders, service, over.signal);
      if (hint && isVerdict(hint, contact)) fail(hint.trouble);
    };
    // A look that fails itself says nothing of the call.
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
 * Ends the calls to Google that are under way with what a library threw where nobody can catch it. False where that is
 * for somebody else to tell.
 */
export function failCalls(error: unknown): boolean {
  if (networkCodeOf(error) === undefined && credentialsTrouble(error) === undefined) return false;
  for (const fail of underWay) fail(error);
  if (underWay.size > 0) failedAt = performance.now();
  return performance.now() - failedAt < ECHO_MS;
}

/** One after the other, each at its time: the first finding stands. */
async function lookInOrder(
  finders: readonly TroubleFinder[],
  service: Service,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const startedAt = performance.now();
  for (const { afterMs, find } of finders) {
    await delay(Math.max(0, afterMs - (performance.now() - startedAt)), undefined, { signal });
    const finding = await find(service);
    if (finding) return finding;
  }
  return undefined;
}

/** `error`, or what is behind it. */
async function reasonOf(error: unknown, service: Service, patience: Patience): Promise<unknown> {
  const { finders = [], contact } = patience;
  if (error instanceof ExpectedError || finders.length === 0) return error;
  const credentials = credentialsTrouble(error);
  if (credentials === undefined && isAnswer(error)) return error;
  let finding: Finding | undefined;
  for (const { about, find } of finders) {
    const isKnown = about === 'sign-in' && credentials !== undefined;
    if (!finding && !isKnown) finding = await find(service);
  }
  if (finding && isVerdict(finding, contact)) return finding.trouble;
  return credentials ?? networkTrouble(error) ?? (isUnreached(error) ? finding?.trouble : undefined) ?? error;
}

/** If Google has answered before, silence only means that the line is slow. */
const isVerdict = ({ kind }: Finding, contact: Patience['contact']): boolean =>
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

function lateError(service: Service, { deadlineMs, endpoints }: Patience, hint?: Finding): ExpectedError {
  const late = `${service} did not answer within ${Math.round(deadlineMs / 1000)} s.`;
  if (hint) return new GoogleTrouble(`${late} ${hint.trouble.message}`, false, { cause: hint.trouble });
  const place = endpoints ? '`mymlops-client local status`' : 'the network';
  return new ExpectedError(`${late} Try again; if it stays so, look at ${place}.`);
}
