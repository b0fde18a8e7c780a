// The dead-letter subscriptions in memory, with Pub/Sub's leases.
import type { DeadMessage, DeadMessages } from '../../functions/src/ports/dead-messages';
import type { FakeGoogle, Gate } from './fake-google';

/** A pulled message that is not acknowledged comes again after this: the subscriptions' acknowledgement deadline. */
export const LEASE_MS = 600_000;

export function fakeDeadMessages(google: FakeGoogle, gate: Gate): DeadMessages {
  const leasedUntilMs = new WeakMap<DeadMessage, number>();
  return {
    pull: (topic, max) =>
      gate('deadMessages.pull', () => {
        const free = google.dead[topic].filter((each) => (leasedUntilMs.get(each) ?? 0) <= google.nowMs);
        const pulled = free.slice(0, max);
        for (const each of pulled) leasedUntilMs.set(each, google.nowMs + LEASE_MS);
        return pulled;
      }),
    acknowledge: (topic, ackIds) =>
      gate('deadMessages.acknowledge', () => {
        google.dead[topic] = google.dead[topic].filter(({ ackId }) => !ackIds.includes(ackId));
      }),
  };
}
