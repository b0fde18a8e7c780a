// Splits work on many files into batches that fit into memory.

/** The largest batch. */
export interface BatchLimits {
  items: number;
  bytes: number;
}

/** All `items`, in their order. An item that is larger than the limit becomes a batch of its own. */
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
