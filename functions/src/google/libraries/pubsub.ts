// Loaded by import() at the first call: see firestore.ts.
export { PubSub } from '@google-cloud/pubsub';
export { credentials } from '@grpc/grpc-js';
