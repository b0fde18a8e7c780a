// The ports of a sweep that looks and touches nothing.
import type { SweepContext } from './sweep';

/** What the same sweep would write or ask is taken for done. */
export function withoutHands(context: SweepContext): SweepContext {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    ...context,
    runs: {
      ...context.runs,
      create: () => Promise.resolve('exists'),
      update: () => Promise.resolve(true),
      writeLimit: () => Promise.resolve(true),
      remove: () => Promise.resolve(false),
      removeBelow: nothing,
      writeCanary: nothing,
    },
    sweeps: {
      ...context.sweeps,
      write: nothing,
      writePlan: nothing,
      markSuspect: nothing,
      dropSuspect: nothing,
      writeDeadLetter: nothing,
    },
    bus: {
      ask: nothing,
      sendCanary: nothing,
      // To pull is to take: what was pulled shows for a while to nobody else.
      pullDead: () => Promise.resolve([]),
      acknowledgeDead: nothing,
    },
    log: () => undefined,
  };
}
