// Who deploys, in words and as Google's policies name them.
import type { Administration, Caller } from '../google/administration';

/** Throws if there is no sign-in, or Google does not accept it. */
export const callerOf = (administration: Administration): Promise<Caller> => administration.caller();

export const describeCaller = ({ email, isPerson }: Caller): string =>
  email ?? (isPerson ? 'your account' : 'this service account');

/** For gcloud's --member. */
export const memberOf = ({ member }: Caller): string => member ?? 'user:EMAIL';
