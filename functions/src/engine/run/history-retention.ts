// How long an ended run is kept: for ever, unless its project says otherwise for runs that ended so. Pure.
import type { RunState } from '@mymlops/protocol';

/** ISO 8601; undefined for a run that is kept, or not settled yet. */
export function removeAfterOf({ request, end, cleanedAt, removing }: RunState): string | undefined {
  const seconds = end && request?.retentionSeconds?.[end.status];
  if (!end || seconds === undefined || cleanedAt === undefined || removing) return undefined;
  return new Date(Date.parse(end.at) + seconds * 1000).toISOString();
}
