// The deployment's Firestore database, connected to at the first call.
import { tokenFor, type Endpoints, type Names } from '@mymlops/protocol';
import type { Firestore } from '@google-cloud/firestore';
import { deadlineMs, lazily } from './connection';
import { withDeadline } from './deadline';
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
    connect: lazily(async () => connectTo(await library(), names, local())),
    within: (what, call) => withDeadline(what, deadlineMs(local()), call),
  };
}

function connectTo(library: typeof Libraries, names: Names, local?: Endpoints): Firestore {
  return new library.Firestore({
    projectId: names.project,
    databaseId: names.database,
    ignoreUndefinedProperties: true,
    // A capital A: in lower case the library adds its own `Bearer owner` beside it.
    ...(local && {
      host: local.firestore,
      ssl: false,
      customHeaders: { Authorization: `Bearer ${tokenFor('firestore', local)}` },
      // Else the library goes looking for a metadata server, although nothing here asks who we are.
      authClient: new library.PassThroughClient(),
    }),
  });
}
