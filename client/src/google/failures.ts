// What Google's libraries throw, in words.

/** gRPC status -> what to do. HTTP statuses of the bucket are below. */
const GRPC: Record<number, string> = {
  4: 'No answer in time. Try again.',
  5: 'It does not exist: is this the right project and deployment, and is mymlops installed there?',
  7: 'Your account lacks the permission. Ask for it, or sign in as another: gcloud auth application-default login',
  14: 'It cannot be reached. Look at the network, and at `mymlops-client local status` for a local run.',
  16: 'You are not signed in. Run: gcloud auth application-default login',
};
const HTTP: Record<number, string> = { 401: GRPC[16] ?? '', 403: GRPC[7] ?? '', 404: GRPC[5] ?? '' };

/** One or two sentences for a known failure; for anything else the error with its stack, for a report. */
export function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return `mymlops-client failed: ${String(error)}`;
  if (/Could not load the default credentials/.test(error.message)) return GRPC[16] ?? '';
  const code = (error as Error & { code?: unknown }).code;
  const advice = typeof code === 'number' ? (GRPC[code] ?? HTTP[code]) : undefined;
  if (advice) return `${error.message.replace(/^\d+ [A-Z_]+: /, '')} ${advice}`;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `mymlops-client failed: ${error.message}`;
  return `mymlops-client failed, and this is a defect of it. Please report:\n${error.stack ?? error.message}`;
}
