// What Google's libraries throw, in words.
import { ExpectedError } from '../errors';

/** gRPC status -> what to do. HTTP statuses of the bucket are below. */
const GRPC: Record<number, string> = {
  4: 'No answer in time. Try again.',
  5: 'It does not exist: is this the right project and deployment, and is mymlops installed there?',
  7: 'Your account lacks the permission. Ask for it, or sign in as another: gcloud auth application-default login',
  14: 'It cannot be reached. Look at the network, and at `mymlops-client local status` for a local run.',
  16: 'You are not signed in. Run: gcloud auth application-default login',
};
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
const HTTP: Record<number, string> = { 401: GRPC[16] ?? '', 403: GRPC[7] ?? '', 404: GRPC[5] ?? '' };

/**
 * gRPC statuses that say that nothing was done: the call itself is wrong, its target is missing, or the caller may not.
 * Any other failure leaves open whether the call had its effect.
 */
const REFUSALS = [3, 5, 7, 9, 11, 12, 16];
const NO_CREDENTIALS = /Could not load the default credentials/;

/** Whether a failed call surely had no effect, and would fail again. */
export function isRefusal(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (typeof code === 'number' && REFUSALS.includes(code)) || NO_CREDENTIALS.test(String(message));
}

/** What the user is told of any error. */
export function describeFailure(error: unknown): string {
  return error instanceof ExpectedError ? error.message : describeUnexpected(error);
}

/** One or two sentences for a known failure; for anything else the error with its stack, for a report. */
export function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return `mymlops-client failed: ${String(error)}`;
  if (NO_CREDENTIALS.test(error.message)) return GRPC[16] ?? '';
  const code = (error as Error & { code?: unknown }).code;
  const advice = typeof code === 'number' ? (GRPC[code] ?? HTTP[code]) : undefined;
  if (advice) return `${error.message.replace(/^\d+ [A-Z_]+: /, '')} ${advice}`;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
    return `mymlops-client failed: ${[error.message, SYSTEM[code]].filter(Boolean).join('. ')}`;
  return `mymlops-client failed, and this is a defect of it. Please report:\n${error.stack ?? error.message}`;
}
