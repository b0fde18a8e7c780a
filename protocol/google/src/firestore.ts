// The deployment's Firestore database.
import { tokenFor, type Endpoints, type Names } from '@mymlops/protocol';
import type { Firestore, Settings } from '@google-cloud/firestore';
import { NO_CREDENTIALS } from './local-options';

export interface FirestoreLibrary {
  Firestore: typeof Firestore;
}

/**
 * Leaves reads that break to the library for Firestore, which repeats those that are unavailable, and goes on after the last document
 * that came. Below it google-gax would repeat each stream itself. By default every one that failed before its first data, a refusal
 * too, after 2 and after 4 s; with the option, from its beginning, and then the documents before the break come twice
 * (google-gax 5.0.8, build/src/streamingCalls/streaming.js).
 */
const STREAMS_ONCE = {
  gaxServerStreamingRetries: true,
  clientConfig: {
    interfaces: {
      'google.firestore.v1.Firestore': {
        retry_codes: { none: [] },
        methods: Object.fromEntries(
          ['RunQuery', 'BatchGetDocuments', 'RunAggregationQuery'].map((method) => [
            method,
            { retry_codes_name: 'none' },
          ]),
        ),
      },
    },
  },
};

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
    ...STREAMS_ONCE,
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
