// An error of Google's libraries in words for the user: a missing permission, not signed in, too many requests.
import { codeOf } from '@mymlops/google';
import { ExpectedError } from '../core/errors';
import type { Environment } from '../core/context';
import { proxyForGoogle } from '../core/proxies';
import { GoogleTrouble, credentialsTrouble, networkTrouble } from './trouble';

const NOT_THERE = 'It does not exist. Check the project and the deployment, and that mymlops is installed there.';
const NOT_ALLOWED =
  'Your account lacks the permission. Request it, or sign in with another account: gcloud auth application-default login';
const NOT_SIGNED_IN = 'You are not signed in. Run: gcloud auth application-default login';
const UNAVAILABLE = 'It cannot be reached. Check the network; for a local run, see `mymlops-client local status`.';
const LATE = 'No answer in time. Try again.';
const BUSY =
  'There were too many requests. Try again in a minute; if that does not help, check the quotas of the project.';
const BROKEN = 'The service failed. Try again in a minute.';

/** gRPC's statuses and HTTP's -> what to do. */
const ANSWERS: Record<number, string> = {
  4: LATE,
  5: NOT_THERE,
  7: NOT_ALLOWED,
  8: BUSY,
  10: BROKEN,
  13: BROKEN,
  14: UNAVAILABLE,
  15: BROKEN,
  16: NOT_SIGNED_IN,
  401: NOT_SIGNED_IN,
  403: NOT_ALLOWED,
  404: NOT_THERE,
  408: LATE,
  429: BUSY,
  500: BROKEN,
  502: BROKEN,
  503: BROKEN,
  504: BROKEN,
};
/** Refusals of whole projects, which carry the status of a missing permission. */
const PROJECT_REFUSALS: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /has not been used in project|SERVICE_DISABLED|API .* (is )?disabled/,
    'This Google service is not enabled in the project. Check that mymlops is installed there.',
  ],
  [/billing/i, 'The project has no active billing account. Link one in the console, under Billing.'],
];
/** System errors of files and processes -> what to do. */
const SYSTEM: Record<string, string> = {
  EACCES: 'Check its permissions.',
  EPERM: 'Check its permissions.',
  EROFS: 'The file system is read-only: choose another folder.',
  ENOSPC: 'The disk is full: free some space.',
  EDQUOT: 'Your disk quota is used up: free some space.',
  EMFILE: 'Too many files are open: raise the limit with `ulimit -n`.',
  ENAMETOOLONG: 'Choose a shorter path.',
};
/**
 * gRPC statuses that mean that nothing was done: the call is wrong, its target is missing, or the caller has no permission.
 * After any other failure it is not known whether the call had its effect.
 */
const REFUSALS = [3, 5, 7, 9, 11, 12, 16];

/** Whether a failed call surely had no effect, and would fail again. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof GoogleTrouble) return error.isRefusal;
  const code = codeOf(error);
  return (typeof code === 'number' && REFUSALS.includes(code)) || credentialsTrouble(error) !== undefined;
}

/** The message for any error. The environment names the proxy that may be the cause. */
export function describeFailure(error: unknown, env: Environment = {}): string {
  return error instanceof ExpectedError ? error.message : describeUnexpected(error, env);
}

/** One or two sentences for a known failure; for anything else the error with its stack, for a report. */
export function describeUnexpected(error: unknown, env: Environment = {}): string {
  if (!(error instanceof Error)) return `mymlops-client failed: ${String(error)}`;
  const proxy = proxyForGoogle(env);
  const trouble = credentialsTrouble(error) ?? networkTrouble(error, proxy && 'url' in proxy ? proxy : undefined);
  if (trouble) return trouble.message;
  const { code } = error as Error & { code?: unknown };
  const advice = typeof code === 'number' ? adviceFor(code, error.message) : undefined;
  if (advice) return `${sentenceOf(error.message)} ${advice}`;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
    return `mymlops-client failed: ${[error.message, SYSTEM[code]].filter(Boolean).join('. ')}`;
  return `mymlops-client failed unexpectedly. This is a bug; please report it:\n${error.stack ?? error.message}`;
}

function adviceFor(code: number, message: string): string | undefined {
  const ofProject =
    code === 7 || code === 403 ? PROJECT_REFUSALS.find(([pattern]) => pattern.test(message)) : undefined;
  return ofProject?.[1] ?? ANSWERS[code];
}

/** Removes the status that gRPC puts before the service's message. */
function sentenceOf(message: string): string {
  const said = message.replace(/^\d+ [A-Z_]+: /, '').trim();
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
