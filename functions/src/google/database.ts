// The deployment's Firestore database, connected to at the first call.
import { callDeadlineMs, lazily, openFirestore, withDeadline, withPermissionsNamed } from '@mymlops/google';
import {
  databaseName,
  FIRESTORE_CALLS,
  FIRESTORE_WRITES,
  type Endpoints,
  type FirestoreWrite,
  type Names,
} from '@mymlops/protocol';
import type { Firestore } from '@google-cloud/firestore';
import type * as Libraries from './libraries/firestore';

const READS = {
  get: FIRESTORE_CALLS.BatchGetDocuments,
  query: FIRESTORE_CALLS.RunQuery,
  collections: FIRESTORE_CALLS.ListCollectionIds,
} as const;

/** A read, or the writes of a commit. */
export type Act = keyof typeof READS | readonly FirestoreWrite[];

export interface Database {
  library: () => Promise<typeof Libraries>;
  connect: () => Promise<Firestore>;
  /** The call with its deadline; an error names what it did, and the permissions that it lacks. */
  within: <T>(act: Act, call: Promise<T>) => Promise<T>;
}

export function openDatabase(names: Names, local: () => Endpoints | undefined): Database {
  const library = lazily(() => import('./libraries/firestore'));
  const on = databaseName(names.project, names.database);
  return {
    library,
    connect: lazily(async () => openFirestore(await library(), names, local(), { ignoreUndefinedProperties: true })),
    within(act, call) {
      const what = `Firestore ${typeof act === 'string' ? act : 'commit'}`;
      const answered = withDeadline(what, callDeadlineMs(local()), call);
      return withPermissionsNamed({ permissions: permissionsOf(act), on }, answered);
    },
  };
}

const permissionsOf = (act: Act): string[] => [
  ...new Set(typeof act === 'string' ? READS[act] : act.flatMap((write) => FIRESTORE_WRITES[write])),
];
