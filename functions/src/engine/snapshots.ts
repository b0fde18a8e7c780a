// When a snapshot leaves the results bucket: once no document names it, and no request that names it can still be on its way.
// Not by age alone: a retry needs the snapshot of a run that is kept, however old. Pure.

/** Pub/Sub keeps a request for 7 days; its client may have sent the snapshot hours before. */
const UNDER_WAY_MS = 8 * 24 * 3600_000;
const ROUND_MS = 3600_000;

/** `createdAt`: ISO 8601, by the bucket's clock. */
export const isPastItsRequests = ({ createdAt }: { createdAt: string }, nowMs: number): boolean =>
  nowMs - Date.parse(createdAt) > UNDER_WAY_MS;

/** Whether all snapshots are to be looked through. `last`: when that began last; undefined where nobody knows. */
export const isRoundDue = (last: string | undefined, nowMs: number): boolean =>
  last === undefined || nowMs - Date.parse(last) >= ROUND_MS;
