// Cloud Storage: the bundles of snapshots, which lie in the results bucket and are shared by documents.

export interface StoredSnapshot {
  object: string;
  /** Changes with every write. */
  generation: string;
  /** ISO 8601, by the bucket's clock. */
  createdAt: string;
}

export interface Snapshots {
  /** At most `limit` of them, other objects left out, in the order of their names, from the first one behind `after`. */
  list(after: string | undefined, limit: number): Promise<StoredSnapshot[]>;
  /** Deletes the object if it is still of this generation. May be called again. */
  remove(object: string, generation: string): Promise<void>;
}
