// Loaded by import() at the first call: see firestore.ts. This client alone: to publish takes eight times as much code.
export { SubscriberClient } from '@google-cloud/pubsub/build/src/v1/subscriber_client';
export { credentials } from '@grpc/grpc-js';
