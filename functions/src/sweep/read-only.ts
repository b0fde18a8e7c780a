// The ports of a sweep that only looks: a dry run.
import type { DocumentStores } from '../ports/documents';
import type { SweepContext } from './context';

const nothing = (): Promise<void> => Promise.resolve();

/** Writes and requests of the same sweep count as done. */
export function readOnlyPorts(context: SweepContext): SweepContext {
  const documents: DocumentStores = (spec) => ({
    ...context.documents(spec),
    create: () => Promise.resolve('exists'),
    update: () => Promise.resolve(true),
    remove: () => Promise.resolve(false),
    removeBelow: nothing,
  });
  return {
    ...context,
    documents,
    slotPools: { ...context.slotPools, write: () => Promise.resolve(true) },
    probes: { ...context.probes, write: nothing },
    sweeps: {
      ...context.sweeps,
      write: nothing,
      writeAnswer: nothing,
    },
    orphanCandidates: { ...context.orphanCandidates, mark: nothing, drop: nothing },
    deadLetters: { ...context.deadLetters, write: nothing },
    bus: { ask: nothing, sendProbe: nothing },
    // To pull is to take: what was pulled shows for a while to nobody else.
    deadMessages: { pull: () => Promise.resolve([]), acknowledge: nothing },
    log: () => undefined,
  };
}
