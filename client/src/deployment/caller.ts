// Who deploys, as Google's policies name them.
import type { Caller } from '../google/administration';

/** For gcloud's --member. */
export const memberOf = ({ member }: Caller): string => member ?? 'user:EMAIL';
