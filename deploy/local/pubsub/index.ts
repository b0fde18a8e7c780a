// The Pub/Sub stand-in: publish over gRPC and REST, push to the functions, all of it durable.
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { createHttpServer } from '../shared/http';
import type { PullSubscription, PushSubscription } from '../shared/servers';
import { listenOnLoopback, type Service, type ServiceOptions } from '../shared/service';
import { createBroker } from './broker';
import type { GrpcApi } from './grpc-api';
import { resourceName } from './limits';
import { createOnePort } from '../shared/one-port';
import { createPush } from './push';
import { createPubsubRestApi } from './rest-api';
import type { SubscriptionSettings } from './state';
import { openPubsubStore } from './store';

/** The gRPC library takes 0.1 s to load. It must not delay the first port, but be loaded before the first client comes. */
const WARM_UP_DELAY_MS = 200;

export interface PubsubOptions {
  /** Path of the socket file that the functions listen on. It may be absent for a while. */
  functionsSocket: string;
  /** By which the functions know that Pub/Sub calls. */
  pushToken?: string;
}

/** Everything may be created again: changed settings are applied. All methods throw PubsubError. */
export interface PubsubService extends Service {
  createTopic(project: string, id: string): void;
  createPushSubscription(subscription: PushSubscription): void;
  createPullSubscription(subscription: PullSubscription): void;
  /** Durable when it returns. Returns the message id. */
  publish(project: string, topic: string, data: Buffer, attributes?: Record<string, string>): string;
  /** Messages of this topic, or of all, that push subscriptions have not acknowledged. */
  pending(topic?: string): number;
  /** The functions listen again: delivers waiting messages at once. */
  wake(): void;
  /** Starts no more pushes. The answers to running ones still count. */
  stopPushing(): void;
}

/** Opens the journal in `options.folder`, listens, and delivers messages left from the last time. */
export async function startPubsub(options: ServiceOptions & PubsubOptions): Promise<PubsubService> {
  const { folder, port, auth, rights, clock, log, functionsSocket, pushToken } = options;
  const store = openPubsubStore(join(folder, 'journal.jsonl'), clock, log);
  const push = createPush({
    functionsSocket,
    ...(pushToken !== undefined && { pushToken }),
    clock,
    isWanted: (subscription, pending) => broker.isWanted(subscription, pending),
    onDelivered: (subscription, pending) => broker.settle(subscription, pending),
    onFailed: (subscription, pending, cause) => broker.fail(subscription, pending, cause),
  });
  const broker = createBroker({ store, rights, clock, log, onMessage: push.enqueue });

  let grpc: Promise<GrpcApi> | undefined;
  const loadGrpc = (): Promise<GrpcApi> =>
    (grpc ??= import('./grpc-api').then(({ createGrpcApi }) => createGrpcApi({ broker, auth, rights, log })));
  const serveGrpc = (socket: Socket): void => {
    loadGrpc().then(
      (api) => !socket.destroyed && api.serve(socket),
      (error: unknown) => {
        log('ERROR', 'gRPC not loaded', { cause: String(error) });
        socket.destroy();
      },
    );
  };
  const http = createHttpServer(createPubsubRestApi({ broker, auth, rights, log }));
  const serveHttp = (socket: Socket): void => {
    http.emit('connection', socket);
    socket.resume();
  };

  const onePort = createOnePort(serveHttp, serveGrpc);
  const address = await listenOnLoopback(onePort.server, port);
  for (const subscription of broker.subscriptions()) {
    for (const pending of subscription.pending.values()) push.enqueue(subscription, pending);
  }
  const warmUp = clock.after(WARM_UP_DELAY_MS, () => void loadGrpc().catch(() => undefined));

  const close = async (): Promise<void> => {
    warmUp.cancel();
    push.close();
    await onePort.close();
    (await grpc?.catch(() => undefined))?.close();
    store.close();
  };
  let closed: Promise<void> | undefined;

  return {
    address,
    close: () => (closed ??= close()),
    createTopic: (project, id) => broker.ensureTopic(resourceName(project, 'topics', id)),
    createPushSubscription: (subscription) => broker.ensureSubscription(pushSettings(subscription)),
    createPullSubscription: (subscription) => broker.ensureSubscription(pullSettings(subscription)),
    publish(project, topic, data, attributes = {}) {
      const message = { data64: data.toString('base64'), attributes };
      const [id = ''] = broker.publish(resourceName(project, 'topics', topic), [message]);
      return id;
    },
    pending: (topic) =>
      [...broker.subscriptions()]
        .filter(({ settings }) => settings.endpoint !== undefined)
        .filter(({ settings }) => topic === undefined || settings.topic.endsWith(`/topics/${topic}`))
        .reduce((sum, subscription) => sum + subscription.pending.size, 0),
    wake: push.wake,
    stopPushing: push.stop,
  };
}

function pullSettings(subscription: PullSubscription): SubscriptionSettings {
  const { project, id, topic, ackDeadlineSeconds, retentionSeconds } = subscription;
  return {
    name: resourceName(project, 'subscriptions', id),
    topic: resourceName(project, 'topics', topic),
    ackDeadlineSeconds,
    ...(retentionSeconds !== undefined && { retentionSeconds }),
    minimumBackoffSeconds: 0,
    maximumBackoffSeconds: 0,
  };
}

function pushSettings(subscription: PushSubscription): SubscriptionSettings {
  const { project, endpoint, minimumBackoffSeconds, maximumBackoffSeconds, deadLetterTopic } = subscription;
  return {
    ...pullSettings(subscription),
    endpoint,
    minimumBackoffSeconds,
    maximumBackoffSeconds,
    ...(deadLetterTopic !== undefined && {
      deadLetter: {
        topic: resourceName(project, 'topics', deadLetterTopic),
        maxDeliveryAttempts: subscription.maxDeliveryAttempts ?? 5,
      },
    }),
  };
}
