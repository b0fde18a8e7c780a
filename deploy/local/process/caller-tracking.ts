// Tells the calls of people from those of the deployment itself: a sweep every minute must not keep the local cloud running.
import { isRefusal, type Auth } from '../shared/auth';

/** An Auth that reports each accepted call of the client or the owner. */
export function trackCallers(auth: Auth, onClientCall: () => void): Auth {
  return {
    ...auth,
    callerOf(headers) {
      const caller = auth.callerOf(headers);
      if (!isRefusal(caller) && ['client', 'owner'].includes(caller.identity)) onClientCall();
      return caller;
    },
  };
}
