// Firestore: documents of one kind. The store knows no policy: what a document's summary says is handed in.
import type { RemovedDocument } from '@mymlops/protocol';
import type { Audit, DocumentSpec, Summary } from '../engine/document';
import type { PoolChange } from './slots';

/** A document as stored, with the update time that a later write is conditioned on. */
export interface Stored<State> {
  id: string;
  state: State;
  version: string;
  /** ISO 8601, by Firestore's clock. */
  updatedAt?: string;
}

/** Written in one commit with a document. */
export interface WriteExtras {
  /** A report's audit document; one that exists already is left as it is. */
  audit?: Audit;
  /** Parts that leave the document for its archive, by id. */
  archived?: Record<string, object>;
  /** Slot pools as they were read, and as they become: the commit fails where one was changed meanwhile. */
  pools?: PoolChange[];
}

export interface Documents<State> {
  load(id: string): Promise<Stored<State> | undefined>;
  /** Creates the document. `exists`: there is one. `removed`: there was one, and it must not come again. */
  create(id: string, state: State, summary: Summary): Promise<'created' | 'exists' | 'removed'>;
  /** Writes over exactly `stored`, and what belongs to it in the same commit; false where another write came first. */
  update(stored: Stored<State>, state: State, summary: Summary, extras?: WriteExtras): Promise<boolean>;
  /** Deletes what lies under the document, in pages. May be called again. */
  removeBelow(id: string): Promise<void>;
  /** Deletes exactly `stored` and leaves `tombstone`, in one commit; false where the document has changed or is gone. */
  remove(stored: Stored<State>, tombstone: RemovedDocument): Promise<boolean>;
  /** Whether the document was there and was removed. */
  isRemoved(id: string): Promise<boolean>;
  /** Every document with `live == true`, in pages. */
  live(): AsyncIterable<Stored<State>>;
  /** Whether there is any document with `live == true`. */
  hasLive(): Promise<boolean>;
  /** Whether a document names `object` in its `snapshot`. */
  isNamed(object: string): Promise<boolean>;
  /** Ids of documents whose `removeAfter` is at or before `at` (ISO 8601), `limit` of them at most. */
  expired(at: string, limit: number): Promise<string[]>;
}

/** The store of a kind's documents. May be called again: the same store. */
export type DocumentStores = <State extends object>(spec: DocumentSpec<State>) => Documents<State>;
