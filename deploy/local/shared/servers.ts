// The needs of the local cloud from each service, be it our stand-in or an emulator of Google's.
import type { PlainObject } from './firestore-fields';
import type { Service } from './service';

export interface FirestoreServer extends Service {
  /** Creates the document of this full name, or replaces it. */
  setDocument(name: string, value: PlainObject): void | Promise<void>;
  /** Open streams of changes: each has a client that is waiting. An emulator does not report its own: 0. */
  listeners(): number;
}

/** Ids, not full names; the dead-letter topic is in the same project and exists. */
export interface PullSubscription {
  project: string;
  id: string;
  topic: string;
  ackDeadlineSeconds: number;
  /** An older message is dropped, though not at once; absent: kept for ever. */
  retentionSeconds?: number;
}

export interface PushSubscription extends PullSubscription {
  /** `http://functions/<entry point>`, or `http://127.0.0.1:<port>/...` for Pub/Sub's plain push. */
  endpoint: string;
  minimumBackoffSeconds: number;
  maximumBackoffSeconds: number;
  deadLetterTopic?: string;
  /** 5 (the default) to 100. */
  maxDeliveryAttempts?: number;
}

/** See PubsubService. Our stand-in answers at once, an emulator over the network. */
export interface PubsubServer extends Service {
  createTopic(project: string, id: string): void | Promise<void>;
  createPushSubscription(subscription: PushSubscription): void | Promise<void>;
  createPullSubscription(subscription: PullSubscription): void | Promise<void>;
  publish(project: string, topic: string, data: Buffer): string | Promise<string>;
  /** Messages of the topic that the functions have not acknowledged, as far as this process knows. */
  pending(topic: string): number;
  wake(): void;
  stopPushing(): void | Promise<void>;
}

export interface StorageServer extends Service {
  /** Creates the bucket unless it exists. */
  ensureBucket(name: string): void;
}
