// Listens to documents with Google's library: the changes come over a stream of gRPC.
import { Firestore } from '@google-cloud/firestore';
import { openFirestore } from '@mymlops/google';
import type { Connection } from './connection';

export interface Watcher {
  /** Calls `onState` with the current fields and all later ones; null while there is no document. Returns a function that stops it. */
  watch(path: string, onState: (fields: object | null) => void, onError: (error: Error) => void): () => void;
  close(): Promise<void>;
}

export function openWatcher({ names, endpoints }: Connection): Watcher {
  const firestore = openFirestore({ Firestore }, names, endpoints);
  return {
    watch: (path, onState, onError) =>
      firestore.doc(path).onSnapshot((found) => onState(found.data() ?? null), onError),
    close: () => firestore.terminate(),
  };
}
