// How Compute Engine's library says no.
import { codeOf, DeadlineError } from '@mymlops/google';
import type { CloudFailure } from '../../ports/cloud-answer';

/** HTTP status of a failed call: version 6 of the client throws gaxios errors whose code is the status. */
export function httpStatusOf(error: unknown): number | undefined {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return [code, status].map(Number).find((value) => Number.isInteger(value) && value >= 400);
}

/** The connection ended before an answer came: what became of the call is not known. */
export function isBrokenConnection(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof DeadlineError) return false;
  if (httpStatusOf(error) !== undefined) return false;
  const { message = '', cause } = error as { message?: string; cause?: unknown };
  const isBroken = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(String(codeOf(error))) || /socket hang up/.test(message);
  return isBroken || isBrokenConnection(cause);
}

export function lateOrGone(error: unknown): 'late' | 'gone' {
  if (httpStatusOf(error) === 404) return 'gone';
  if (error instanceof DeadlineError) return 'late';
  throw error;
}

/** The answer to an insert. */
export function insertRefusal(error: unknown): { exists: true } | { refused: CloudFailure } {
  return httpStatusOf(error) === 409 ? { exists: true } : refusedBy(error);
}

/** Our refusals and Google's trouble look alike as exceptions: 4xx but 429 is a refusal, the rest is thrown on. */
export function refusedBy(error: unknown): { refused: CloudFailure } {
  const status = httpStatusOf(error);
  const { message } = error as Error;
  if (isTransient(status, reasonIn(message))) throw error;
  const code = reasonIn(message) ?? String(status);
  return { refused: { code, message: messageIn(message), ...(status !== undefined && { httpStatus: status }) } };
}

/** Rate limits come as 429, and as 403 with a reason of their own. */
function isTransient(status: number | undefined, reason: string | undefined): boolean {
  if (status === undefined || status >= 500 || status === 408 || status === 429) return true;
  return reason === 'rateLimitExceeded' || reason === 'userRateLimitExceeded';
}

/** The client passes Google's JSON error body on as its message. */
function errorBody(text: string): { message?: string; errors?: { reason?: string }[] } | undefined {
  try {
    return (JSON.parse(text) as { error?: object }).error;
  } catch {
    return undefined;
  }
}

const reasonIn = (text: string): string | undefined => errorBody(text)?.errors?.[0]?.reason;
const messageIn = (text: string): string => errorBody(text)?.message ?? text;
