// Loaded by import() at the first call: see firestore.ts.
export { PubSub, v1 } from '@google-cloud/pubsub';
export { credentials } from '@grpc/grpc-js';
