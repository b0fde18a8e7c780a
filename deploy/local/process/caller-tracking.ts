// Tells the client's calls from those of our own functions: a sweep every minute must not keep the local cloud alive.
import type { Guard } from '../shared/auth';

export interface Callers {
  guard: Guard;
  ownerToken: string;
  /** A token of the functions' own: the same rights, but no sign that anybody is there. */
  functionsToken: string;
  onClientCall: () => void;
}

/** A guard that takes both tokens, and reports each call that came with the owner's. */
export function tellApart({ guard, ownerToken, functionsToken, onClientCall }: Callers): Guard {
  return {
    vmToken: (vm) => guard.vmToken(vm),
    refusal(headers, roles) {
      if (headers['authorization'] === `Bearer ${functionsToken}`) {
        return guard.refusal({ ...headers, authorization: `Bearer ${ownerToken}` }, roles);
      }
      const refusal = guard.refusal(headers, roles);
      if (refusal === null && headers['authorization'] === `Bearer ${ownerToken}`) onClientCall();
      return refusal;
    },
  };
}
