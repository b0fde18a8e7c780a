// The end of a command that Ctrl-C interrupted and that does not end by itself.

/** How long a command may take to end by itself after Ctrl-C. */
const GRACE_MS = 1500;

type Schedule = (work: () => void, ms: number) => void;

/** Calls `leave` once the grace is over and nothing is left that must end first. */
export function leaveAfterGrace(
  unfinished: ReadonlySet<object>,
  leave: () => void,
  schedule: Schedule = (work, ms) => void setTimeout(work, ms).unref(),
): void {
  schedule(() => (unfinished.size === 0 ? leave() : leaveAfterGrace(unfinished, leave, schedule)), GRACE_MS);
}
