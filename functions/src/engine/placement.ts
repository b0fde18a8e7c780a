// Where the next attempt goes. Pure.
import type { CommitRequest } from '@mymlops/protocol';

/** The first zone whose name matches `zone_regex` from its start; undefined where none does. */
export function chooseZone(zones: readonly string[], request: CommitRequest): string | undefined {
  const { zoneRegex } = request.instance;
  const pattern = zoneRegex === undefined ? /^/ : new RegExp(`^(?:${zoneRegex})`);
  return zones.toSorted().find((zone) => pattern.test(zone));
}
