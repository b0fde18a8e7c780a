// The permissions that calls need of which Google's refusal names none: those of Firestore and Pub/Sub. The local cloud checks
// them, and who is refused adds them to the error.

const ENTITIES = 'datastore.entities';

/** https://cloud.google.com/firestore/docs/security/iam#required_permissions_for_api_methods */
export const FIRESTORE_CALLS = {
  BatchGetDocuments: [`${ENTITIES}.get`],
  RunQuery: [`${ENTITIES}.get`, `${ENTITIES}.list`],
  RunAggregationQuery: [`${ENTITIES}.get`, `${ENTITIES}.list`],
  ListDocuments: [`${ENTITIES}.get`, `${ENTITIES}.list`],
  ListCollectionIds: [`${ENTITIES}.list`],
  Listen: [`${ENTITIES}.get`, `${ENTITIES}.list`],
} as const satisfies Record<string, readonly string[]>;
export type FirestoreRead = keyof typeof FIRESTORE_CALLS;

/** For a write of a commit; `set` has no precondition on whether the document exists. */
export const FIRESTORE_WRITES = {
  create: [`${ENTITIES}.create`],
  update: [`${ENTITIES}.update`],
  set: [`${ENTITIES}.create`, `${ENTITIES}.update`],
  delete: [`${ENTITIES}.delete`],
} as const satisfies Record<string, readonly string[]>;
export type FirestoreWrite = keyof typeof FIRESTORE_WRITES;

/** https://cloud.google.com/pubsub/docs/access-control#required_permissions */
export const PUBSUB_CALLS = {
  Publish: ['pubsub.topics.publish'],
  Pull: ['pubsub.subscriptions.consume'],
  Acknowledge: ['pubsub.subscriptions.consume'],
} as const satisfies Record<string, readonly string[]>;
export type PubsubCall = keyof typeof PUBSUB_CALLS;
