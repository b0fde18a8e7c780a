// The fields of a kind's documents, which its store needs to know.

/** A kind, as far as its store needs to know it. */
export interface DocumentSpec<State> {
  /** Firestore's collection, such as `runs`, and that of the tombstones of removed documents. */
  collection: string;
  tombstones: string;
  /** Collections below a document: of its audit documents, and of what left it to keep it small. */
  audits: string;
  archive: string;
  /** The fields that decisions are made on; the compiler misses one that is forgotten. */
  stateFields: Record<keyof State, true>;
  /** Fields that can go away again. */
  optionalFields: readonly string[];
  /** A document as earlier versions wrote it, in the form of today. */
  inTodaysForm?(state: State): State;
}

/** Fields at the top of a document, for the reader of the console and for queries. */
export interface Summary {
  /** Something may still need doing. The sweep's only query. */
  live: boolean;
  /** ISO 8601: the document is to be removed after it. */
  removeAfter?: string;
  /** Objects that it shares with other documents: they stay in the bucket while a document names them. */
  snapshot?: string[];
}

/** Never changed. The rest of it is the kind's. */
export interface AuditDocument {
  v: 1;
  /** Pub/Sub's clock, ISO 8601: it is kept for so many days from then on. */
  receivedAt: string;
}

/** An audit document and its id. */
export interface Audit {
  id: string;
  document: AuditDocument;
}
