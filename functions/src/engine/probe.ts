// What the arrival of a canary says of the events topic. Pure.
import type { Canary, CanaryMessage } from '@mymlops/protocol';

/** Canaries come every minute: a longer gap means that some are missing. */
const GAP_MS = 3 * 60_000;

/** Any order and duplication of the same canaries gives the newest, and no earlier `since` than is true. */
export function observeCanary(known: Canary | undefined, { at }: CanaryMessage): Canary {
  if (!known || Date.parse(at) - Date.parse(known.at) > GAP_MS) return { v: 1, at, since: at };
  return at <= known.at ? known : { ...known, at };
}
