// Scripted time: what is to happen when, in order. Nothing happens by itself, and no real time passes.

export interface Timeline {
  nowMs: number;
  /** Calls `work` at `atMs`; things of one moment in the order in which they were planned. */
  at(atMs: number, work: () => void): void;
  /** The same, of what may be cancelled. */
  plan(atMs: number, work: () => void): Planned;
  /** Resolves after `ms`. */
  sleep(ms: number): Promise<void>;
  /** Does what is due next. What follows from it does so in `runPromises`. `idle`: it was cancelled. `over`: nothing is left. */
  step(): 'done' | 'idle' | 'over';
}

/** Without `work` it was cancelled: its time comes, and nothing happens. */
export interface Planned {
  atMs: number;
  order: number;
  work?: () => void;
}

/**
 * Resolves when every promise that can go on has gone on: Node.js empties its queue of them before it looks at the next
 * tick's. Nothing in a history waits for anything else, so that the event loop, which is slower, need not turn.
 */
export const runPromises = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export function createTimeline(startMs: number): Timeline {
  const heap: Planned[] = [];
  let order = 0;
  const timeline: Timeline = {
    nowMs: startMs,
    at: (atMs, work) => void timeline.plan(atMs, work),
    plan(atMs, work) {
      const planned = { atMs: Math.max(atMs, timeline.nowMs), order: order++, work };
      push(heap, planned);
      return planned;
    },
    sleep: (ms) => new Promise((resolve) => timeline.at(timeline.nowMs + ms, resolve)),
    step() {
      const next = pop(heap);
      if (!next) return 'over';
      timeline.nowMs = next.atMs;
      if (!next.work) return 'idle';
      next.work();
      return 'done';
    },
  };
  return timeline;
}

const isBefore = (a: Planned, b: Planned): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Planned[], item: Planned): void {
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

function pop(heap: Planned[]): Planned | undefined {
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
