// The deployment's Firestore database, connected to at the first call.
import { callDeadlineMs, lazily, openFirestore, withDeadline } from '@mymlops/google';
import type { Endpoints, Names } from '@mymlops/protocol';
import type { Firestore } from '@google-cloud/firestore';
import type * as Libraries from './libraries/firestore';

export interface Database {
  library: () => Promise<typeof Libraries>;
  connect: () => Promise<Firestore>;
  /** The call with its deadline; `what` names it in the error. */
  within: <T>(what: string, call: Promise<T>) => Promise<T>;
}

export function openDatabase(names: Names, local: () => Endpoints | undefined): Database {
  const library = lazily(() => import('./libraries/firestore'));
  return {
    library,
    connect: lazily(async () => openFirestore(await library(), names, local(), { ignoreUndefinedProperties: true })),
    within: (what, call) => withDeadline(what, callDeadlineMs(local()), call),
  };
}
