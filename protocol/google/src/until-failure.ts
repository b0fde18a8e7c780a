// Waiting that something else may end.

/** Begins to watch, and calls `fail` with the error that ends the waiting. Returns a function that ends the watching. */
export type Watch = (fail: (error: unknown) => void) => () => void;

/**
 * The result of `work`, unless a watch reports a failure first: then a rejection with that. Every watch has ended when this
 * settles; `work` itself goes on.
 */
export async function untilFailure<T>(work: Promise<T>, ...watches: Watch[]): Promise<T> {
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => (fail = reject));
  const ends: (() => void)[] = [];
  try {
    const result = Promise.race([work, failure]);
    for (const watch of watches) ends.push(watch(fail));
    return await result;
  } finally {
    for (const end of ends) end();
  }
}
