// Loaded by import() at the first call: see firestore.ts. These clients alone: the whole package is eight times as much code.
export { PublisherClient } from '@google-cloud/pubsub/build/src/v1/publisher_client';
export { SubscriberClient } from '@google-cloud/pubsub/build/src/v1/subscriber_client';
export { credentials } from '@grpc/grpc-js';
