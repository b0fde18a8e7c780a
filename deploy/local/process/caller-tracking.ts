// Tells the client's calls from those of our own functions: a sweep every minute must not keep the local cloud running.
import type { Auth } from '../shared/auth';

export interface CallerTracking {
  auth: Auth;
  ownerToken: string;
  /** The functions' own token: the same rights, but a call with it does not show that a user is present. */
  functionsToken: string;
  onClientCall: () => void;
}

/** An Auth that accepts both tokens and reports each accepted call with the owner's. */
export function trackCallers({ auth, ownerToken, functionsToken, onClientCall }: CallerTracking): Auth {
  return {
    vmToken: (vm) => auth.vmToken(vm),
    refusal(headers, roles) {
      if (headers['authorization'] === `Bearer ${functionsToken}`) {
        return auth.refusal({ ...headers, authorization: `Bearer ${ownerToken}` }, roles);
      }
      const refusal = auth.refusal(headers, roles);
      if (refusal === null && headers['authorization'] === `Bearer ${ownerToken}`) onClientCall();
      return refusal;
    },
  };
}
