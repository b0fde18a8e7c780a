// Who speaks Firestore and Pub/Sub here: our stand-in, or Google's emulator where its address was given.
import type { PullSubscription, PushSubscription } from './pubsub';
import type { Service, ServiceOptions } from './shared/service';

export interface FirestoreServer extends Service {
  /** Open streams of changes: whoever has one waits for something. Of an emulator's nobody tells us: 0. */
  listeners(): number;
}

/** See PubsubService, which does at once what an emulator is asked for over the network. */
export interface PubsubServer extends Service {
  createTopic(project: string, id: string): void | Promise<void>;
  createPushSubscription(subscription: PushSubscription): void | Promise<void>;
  createPullSubscription(subscription: PullSubscription): void | Promise<void>;
  publish(project: string, topic: string, data: Buffer): string | Promise<string>;
  /** Messages of the topic that the functions have yet to take, as far as is known here. */
  pending(topic: string): number;
  wake(): void;
  stopPushing(): void | Promise<void>;
}

export async function startFirestoreServer(options: ServiceOptions, emulator?: string): Promise<FirestoreServer> {
  if (emulator === undefined) return (await import('./firestore')).startFirestore(options);
  return (await import('./emulators/firestore')).useFirestoreEmulator(emulator);
}

export async function startPubsubServer(
  options: ServiceOptions & { functionsSocket: string },
  emulator?: string,
): Promise<PubsubServer> {
  if (emulator === undefined) return (await import('./pubsub')).startPubsub(options);
  return (await import('./emulators/pubsub')).usePubsubEmulator(emulator, options);
}
