// The deployment's Firestore database.
import { tokenFor, type Endpoints, type Names } from '@mymlops/protocol';
import type { Firestore, Settings } from '@google-cloud/firestore';
import { NO_CREDENTIALS } from './local-options';

export interface FirestoreLibrary {
  Firestore: typeof Firestore;
}

/** Without `endpoints` on Google. Connects at its first call. */
export function openFirestore(
  { Firestore }: FirestoreLibrary,
  names: Names,
  endpoints?: Endpoints,
  settings: Settings = {},
): Firestore {
  return new Firestore({
    projectId: names.project,
    databaseId: names.database,
    // Without it google-gax repeats every read that failed before its first data, a refusal too, after 2 and after 4 s.
    gaxServerStreamingRetries: true,
    ...settings,
    ...(endpoints && {
      host: endpoints.firestore,
      ssl: false,
      ...NO_CREDENTIALS,
      // A capital A replaces the library's own header for emulators: in lower case both would be sent.
      customHeaders: { Authorization: `Bearer ${tokenFor('firestore', endpoints)}` },
    }),
  });
}
