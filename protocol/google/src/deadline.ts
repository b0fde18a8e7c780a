// A call that does not answer is a failed call: left alone, Google's libraries try again for minutes.
import type { Endpoints } from '@mymlops/protocol';
import { untilFailure, type Watch } from './until-failure';

export class DeadlineError extends Error {}

/** How long one call may take: a stand-in answers at once, Google may take its time. */
export function callDeadlineMs(endpoints: Endpoints | undefined): number {
  return endpoints ? 10_000 : 30_000;
}

/** `call`'s result, or DeadlineError after `ms`. The call itself may still take effect: everything we call can be repeated. */
export function withDeadline<T>(what: string, ms: number, call: Promise<T>): Promise<T> {
  return untilFailure(call, deadlineOf(what, ms));
}

/** Fails with DeadlineError after `ms`. */
export function deadlineOf(what: string, ms: number): Watch {
  return (fail) => {
    const timer = setTimeout(() => fail(new DeadlineError(`${what}: no answer in ${ms} ms`)), ms);
    return () => clearTimeout(timer);
  };
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
