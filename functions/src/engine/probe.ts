// The arrival of a probe, and what it proves about the events topic: minutes without probes do not count against a silent VM
// (vm/liveness.ts). Pure.
import type { Probe, ProbeMessage } from '@mymlops/protocol';

/** Probes come every minute: a longer gap means that some are missing. */
const GAP_MS = 3 * 60_000;

/**
 * Any order and duplication of the same probes gives the newest, and no earlier `since` than is true. Its time is at most
 * `publishedAt`, whatever it says: anyone can have sent it.
 */
export function observeProbe(known: Probe | undefined, { at: sentAt }: ProbeMessage, publishedAt: string): Probe {
  const at = sentAt < publishedAt ? sentAt : publishedAt;
  if (!known || Date.parse(at) - Date.parse(known.at) > GAP_MS) return { v: 1, at, since: at };
  return at <= known.at ? known : { ...known, at };
}
