// What Google's libraries throw, in words.
import { codeOf } from '@mymlops/google';
import { ExpectedError } from '../core/errors';
import type { Environment } from '../core/context';
import { proxyForGoogle } from '../core/proxies';
import { GoogleTrouble, credentialsTrouble, networkTrouble } from './trouble';

const NOT_THERE = 'It does not exist: is this the right project and deployment, and is mymlops installed there?';
const NOT_ALLOWED =
  'Your account lacks the permission. Ask for it, or sign in as another: gcloud auth application-default login';
const NOT_SIGNED_IN = 'You are not signed in. Run: gcloud auth application-default login';
const UNAVAILABLE = 'It cannot be reached. Look at the network, and at `mymlops-client local status` for a local run.';
const LATE = 'No answer in time. Try again.';
const BUSY = 'Too much was asked of it. Try again in a minute; if it stays so, look at the quotas of the project.';
const BROKEN = 'It failed on the other side. Try again in a minute.';

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
    'The project does not use this service of Google yet, or not any more. Is mymlops installed there?',
  ],
  [/billing/i, 'The project has no billing account that works. Link one to it in the console, under Billing.'],
];
/** What the system says of files and processes -> what to do. */
const SYSTEM: Record<string, string> = {
  EACCES: 'Look at its permissions.',
  EPERM: 'Look at its permissions.',
  EROFS: 'It can only be read: choose another place.',
  ENOSPC: 'The disk is full: make room.',
  EDQUOT: 'Your part of the disk is full: make room.',
  EMFILE: 'Too many files are open: raise the limit with `ulimit -n`.',
  ENAMETOOLONG: 'Choose a shorter path.',
};
/**
 * gRPC statuses that say that nothing was done: the call itself is wrong, its target is missing, or the caller may not.
 * Any other failure leaves open whether the call had its effect.
 */
const REFUSALS = [3, 5, 7, 9, 11, 12, 16];

/** Whether a failed call surely had no effect, and would fail again. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof GoogleTrouble) return error.isRefusal;
  const code = codeOf(error);
  return (typeof code === 'number' && REFUSALS.includes(code)) || credentialsTrouble(error) !== undefined;
}

/** The message for any error. The environment names the proxy that may be in the way. */
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
  return `mymlops-client failed, and this is a defect of it. Please report:\n${error.stack ?? error.message}`;
}

function adviceFor(code: number, message: string): string | undefined {
  const ofProject =
    code === 7 || code === 403 ? PROJECT_REFUSALS.find(([pattern]) => pattern.test(message)) : undefined;
  return ofProject?.[1] ?? ANSWERS[code];
}

/** gRPC puts its status before what the service says. */
function sentenceOf(message: string): string {
  const said = message.replace(/^\d+ [A-Z_]+: /, '').trim();
  return /[.!?]$/.test(said) ? said : `${said}.`;
}
