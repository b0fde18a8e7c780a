// Holds a call to the rights of its caller, and logs what is missing: the refusals of some services do not name it.
import type { Caller } from './auth';
import type { Log } from './log';
import type { Need, Rights } from './rights';

export interface RightsCheck {
  rights: Rights;
  log: Log;
}

/** Throws what `refusal` makes of the first permission that the caller lacks. */
export function requireRight(
  { rights, log }: RightsCheck,
  caller: Caller,
  need: Need,
  refusal: (permission: string) => Error,
): void {
  const permission = rights.lacking(caller, need);
  if (permission === undefined) return;
  log('WARNING', 'call refused', { identity: caller.identity, permission, resource: need.on });
  throw refusal(permission);
}
