// Listens to documents with Google's library: the changes come over a stream of gRPC.
import { Firestore } from '@google-cloud/firestore';
import { namingPermissions, openFirestore } from '@mymlops/google';
import { databaseName, FIRESTORE_CALLS } from '@mymlops/protocol';
import type { Connection } from './connection';

export interface Watcher {
  /** Calls `onState` with the current fields and all later ones; null while there is no document. Returns a function that stops it. */
  watch(path: string, onState: (fields: object | null) => void, onError: (error: Error) => void): () => void;
  close(): Promise<void>;
}

export function openWatcher({ names, endpoints }: Connection): Watcher {
  const firestore = openFirestore({ Firestore }, names, endpoints);
  const needed = { permissions: FIRESTORE_CALLS.Listen, on: databaseName(names.project, names.database) };
  return {
    watch: (path, onState, onError) =>
      firestore.doc(path).onSnapshot(
        (found) => onState(found.data() ?? null),
        (error) => onError(namingPermissions(withCode(error), needed) as Error),
      ),
    close: () => firestore.terminate(),
  };
}

/** The library's error for a target that Firestore refused has its code in the message alone. */
function withCode(error: Error): Error {
  const [, code, message] = /^Error (\d+): (.*)$/s.exec(error.message) ?? [];
  return code === undefined ? error : Object.assign(new Error(message, { cause: error }), { code: Number(code) });
}
