// A call that does not answer is a failed call: left alone, the libraries wait for minutes.

export class DeadlineError extends Error {}

/** `call`'s result, or DeadlineError after `ms`. The call itself may still take effect: everything we call can be repeated. */
export async function withDeadline<T>(what: string, ms: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`${what}: no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** All items, each of which has the deadline to itself: ten thousand VMs are twenty pages. */
export async function collectWithin<T>(what: string, ms: number, items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const next = await withDeadline(what, ms, iterator.next());
    if (next.done === true) return all;
    all.push(next.value);
  }
}
