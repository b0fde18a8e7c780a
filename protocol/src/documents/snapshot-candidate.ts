// Removing an object of a snapshot that no document names, while any client may just be about to name it. The function marks
// such an object first. A client builds on an object whose mark is young, and the function deletes it when the mark is old: in
// between lies more time than a commit can be on its way.

/** `snapshot-candidates/{object without its folder}`. */
export interface SnapshotCandidate {
  v: 1;
  object: string;
  /** Another generation was sent since, and has no mark. */
  generation: string;
  /** By the clock of the function, ISO 8601. */
  markedAt: string;
}

const DAY_MS = 24 * 3600_000;
/** Clients build on an object for so long after its mark. */
const REUSED_MS = DAY_MS;
/** The upload of other parts may take hours, and Pub/Sub keeps a request for 7 days. */
const UNDER_WAY_MS = 8 * DAY_MS;

export const mayBeReused = ({ markedAt }: SnapshotCandidate, nowMs: number): boolean =>
  nowMs - Date.parse(markedAt) < REUSED_MS;

export const mayBeRemoved = ({ markedAt }: SnapshotCandidate, nowMs: number): boolean =>
  nowMs - Date.parse(markedAt) > REUSED_MS + UNDER_WAY_MS;
