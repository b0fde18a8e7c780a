// Scripted time: what is to happen when, in order. Nothing happens by itself, and no real time passes.

export interface Timeline {
  nowMs: number;
  /** Calls `work` at `atMs`; things of one moment in the order in which they were planned. */
  at(atMs: number, work: () => void): void;
  /** Resolves after `ms`. */
  sleep(ms: number): Promise<void>;
  /** Does what is due next; false when there is nothing left. What follows from it does so in `runPromises`. */
  step(): boolean;
}

interface Item {
  atMs: number;
  order: number;
  work: () => void;
}

/**
 * Resolves when every promise that can go on has gone on: Node.js empties its queue of them before it looks at the next
 * tick's. Nothing in a history waits for anything else, so that the event loop, which is slower, need not turn.
 */
export const runPromises = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export function createTimeline(startMs: number): Timeline {
  const heap: Item[] = [];
  let order = 0;
  const timeline: Timeline = {
    nowMs: startMs,
    at: (atMs, work) => push(heap, { atMs: Math.max(atMs, timeline.nowMs), order: order++, work }),
    sleep: (ms) => new Promise((resolve) => timeline.at(timeline.nowMs + ms, resolve)),
    step() {
      const next = pop(heap);
      if (!next) return false;
      timeline.nowMs = next.atMs;
      next.work();
      return true;
    },
  };
  return timeline;
}

const isBefore = (a: Item, b: Item): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Item[], item: Item): void {
  let index = heap.push(item) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || !isBefore(item, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

function pop(heap: Item[]): Item | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    const left = heap[child];
    const right = heap[child + 1];
    if (!left) break;
    if (right && isBefore(right, left)) child++;
    const smaller = heap[child];
    if (!smaller || !isBefore(smaller, last)) break;
    heap[index] = smaller;
    index = child;
  }
  heap[index] = last;
  return first;
}
