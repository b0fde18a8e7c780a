// A write that is conditioned on what was read, and how Firestore says that the condition does not hold.
import { codeOf } from '@mymlops/google';
import type { Timestamp } from '@google-cloud/firestore';
import type { Stored } from '../ports/documents';

/** gRPC codes (https://grpc.io/docs/guides/status-codes/). */
export const ALREADY_EXISTS = 6;
const CONFLICTS: unknown[] = [5 /* NOT_FOUND */, 9 /* FAILED_PRECONDITION */, 10 /* ABORTED */];

/** Another write came first. */
export const isConflict = (error: unknown): boolean => CONFLICTS.includes(codeOf(error));

export function versionOf(time: { seconds: number; nanoseconds: number } | undefined): string {
  if (!time) throw new Error('Firestore answered a document without its update time');
  return `${time.seconds}.${time.nanoseconds}`;
}

/** The precondition that the document is exactly `stored`. */
export function asStored(
  { version }: Pick<Stored<unknown>, 'version'>,
  Time: typeof Timestamp,
): { lastUpdateTime: Timestamp } {
  const [seconds, nanoseconds] = version.split('.').map(Number);
  return { lastUpdateTime: new Time(seconds ?? 0, nanoseconds ?? 0) };
}
