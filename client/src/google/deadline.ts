// Google's libraries retry for minutes before they say that nobody answers.
import { ExpectedError } from '../errors';
import type { Connection } from './connection';
import type { Service, TroubleFinder } from './find-trouble';
import { credentialsTrouble, networkTrouble } from './trouble';

export type Patience = Pick<Connection, 'deadlineMs' | 'finders' | 'endpoints'>;

/** gRPC's own words for calls that may never have arrived: unknown, deadline exceeded, unavailable, unauthenticated. */
const UNREACHED = [2, 4, 14, 16];

/**
 * The result of `call`, or after `deadlineMs` an ExpectedError that names the service. Where Google is called and cannot
 * be reached, GoogleTrouble after a few seconds.
 */
export async function within<T>(patience: Patience, service: Service, call: Promise<T>): Promise<T> {
  const { deadlineMs, finders = [] } = patience;
  const timers: NodeJS.Timeout[] = [];
  const failure = new Promise<never>((_resolve, reject) => {
    timers.push(setTimeout(() => reject(new ExpectedError(lateSentence(service, patience))), deadlineMs));
    const look = async ({ find }: TroubleFinder): Promise<void> => {
      const trouble = await find(service);
      if (trouble) reject(trouble);
    };
    for (const finder of finders) timers.push(setTimeout(() => void look(finder), finder.afterMs));
  });
  try {
    return await Promise.race([call, failure]);
  } catch (error) {
    throw await reasonOf(error, service, finders);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** `error`, or what is behind it. */
async function reasonOf(error: unknown, service: Service, finders: readonly TroubleFinder[]): Promise<unknown> {
  if (error instanceof ExpectedError || finders.length === 0) return error;
  const credentials = credentialsTrouble(error);
  if (credentials === undefined && isAnswer(error)) return error;
  for (const { about, find } of finders) {
    const isKnown = about === 'sign-in' && credentials !== undefined;
    const trouble = isKnown ? undefined : await find(service);
    if (trouble) return trouble;
  }
  return credentials ?? networkTrouble(error) ?? error;
}

/** Of the service itself, which therefore was reached. */
function isAnswer(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'number' && !UNREACHED.includes(code);
}

function lateSentence(service: Service, { deadlineMs, endpoints }: Patience): string {
  const place = endpoints ? '`mymlops-client local status`' : 'the network';
  return `${service} did not answer within ${Math.round(deadlineMs / 1000)} s. Try again; if it stays so, look at ${place}.`;
}
