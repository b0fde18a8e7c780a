// Work on many files at a time, as far as memory allows.

/** How much is worked on together. */
export interface PortionLimits {
  items: number;
  bytes: number;
}

/** All of `items`, in their order. One that takes more memory than the limit is a portion of its own. */
export function* inPortions<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  limits: PortionLimits,
): Generator<T[]> {
  let portion: T[] = [];
  let room = limits.bytes;
  for (const item of items) {
    room -= bytesOf(item);
    if (portion.length > 0 && (portion.length === limits.items || room < 0)) {
      yield portion;
      portion = [];
      room = limits.bytes - bytesOf(item);
    }
    portion.push(item);
  }
  if (portion.length > 0) yield portion;
}
