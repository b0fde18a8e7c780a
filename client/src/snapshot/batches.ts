// Work on many files at a time, as far as memory allows.

/** How much is worked on together. */
export interface BatchLimits {
  items: number;
  bytes: number;
}

/** All of `items`, in their order. One that takes more memory than the limit is a portion of its own. */
export function* inBatches<T>(items: readonly T[], bytesOf: (item: T) => number, limits: BatchLimits): Generator<T[]> {
  let batch: T[] = [];
  let room = limits.bytes;
  for (const item of items) {
    room -= bytesOf(item);
    if (batch.length > 0 && (batch.length === limits.items || room < 0)) {
      yield batch;
      batch = [];
      room = limits.bytes - bytesOf(item);
    }
    batch.push(item);
  }
  if (batch.length > 0) yield batch;
}
