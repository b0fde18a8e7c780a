// Where the next attempt goes. Pure.
import type { Attempt, CommitRequest, RunState } from '@mymlops/protocol';
import { hadVm } from './attempts';

/** `spot_then_standard` gives spot VMs this many tries. */
const SPOT_TRIES = 2;

/** The first zone whose name matches `zone_regex` from its start; undefined where none does. */
export function chooseZone(zones: readonly string[], request: CommitRequest): string | undefined {
  const { zoneRegex } = request.instance;
  const pattern = zoneRegex === undefined ? /^/ : new RegExp(`^(?:${zoneRegex})`);
  return zones.toSorted().find((zone) => pattern.test(zone));
}

/** Spot or standard: for `spot_then_standard`, standard once two spot VMs were had. */
export function chooseProvisioning(
  { instance }: CommitRequest,
  { attempts }: RunState,
): Attempt['decided']['provisioning'] {
  if (instance.provisioning !== 'spot_then_standard') return instance.provisioning;
  const tries = Object.values(attempts).filter((attempt) => attempt.decided.provisioning === 'spot' && hadVm(attempt));
  return tries.length < SPOT_TRIES ? 'spot' : 'standard';
}
