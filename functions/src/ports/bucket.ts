// Cloud Storage: a bucket of the deployment.

export interface Bucket {
  /** The object's text; one over `limitBytes` is not read. */
  read(object: string, limitBytes: number): Promise<{ text: string } | 'absent' | 'too-large'>;
  /** Overwrites an object of that name. */
  write(object: string, text: string): Promise<void>;
  /** Deletes every object whose name begins with `prefix`, in pages. May be called again. */
  removeAll(prefix: string): Promise<void>;
  /** False if an object of that name exists, which stays as it is. */
  create(object: string, text: string): Promise<boolean>;
  /** Names of the objects that begin with `prefix`, in their order. */
  list(prefix: string): Promise<string[]>;
  /**
   * When the newest object below `prefix` was written, by the bucket's clock; undefined if none exists. `except`: objects that
   * do not count, as beginnings of their names below it.
   */
  newest(prefix: string, except: readonly string[]): Promise<string | undefined>;
}

/** Holds results, claims, fences and outcomes: each is written once. */
export type ResultsBucket = Pick<Bucket, 'read' | 'write' | 'create' | 'newest' | 'removeAll'>;

/** Holds the files that VMs overwrite while a run goes on. The functions write none of them. */
export type LiveBucket = Pick<Bucket, 'list' | 'newest' | 'removeAll'>;
