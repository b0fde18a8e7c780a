// The client's exit codes, and their order by severity.

export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  runFailed: 100,
  notFinished: 101,
  notFound: 102,
  cancelled: 103,
  interrupted: 130,
} as const;

const FROM_BEST_TO_WORST: readonly number[] = [
  EXIT.done,
  EXIT.cancelled,
  EXIT.notFinished,
  EXIT.notFound,
  EXIT.error,
  EXIT.runFailed,
  EXIT.interrupted,
];

/** The exit code for several runs together; 0 for none. */
export function worstOf(codes: readonly number[]): number {
  const rank = Math.max(0, ...codes.map((code) => FROM_BEST_TO_WORST.indexOf(code)));
  return FROM_BEST_TO_WORST[rank] ?? EXIT.error;
}
