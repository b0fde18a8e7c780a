// Runs that a live run still needs. Pure.
import type { RunState } from '@mymlops/protocol';

/** The run whose checkpoint this one begins with, as long as it may begin: another attempt begins with it as well. */
export function resumedRun({ request, end }: RunState): string | undefined {
  return end || request?.resumeFrom === undefined ? undefined : request.retryOf;
}
