// The gRPC service google.firestore.v1.Firestore, from the description in Google's client library.
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
// By its path on disk: the package does not export the file, and a bundler follows only a literal path.
import description from '../../../node_modules/@google-cloud/firestore/build/protos/v1.json';

export const SERVICE = 'google.firestore.v1.Firestore';

type Description = Parameters<typeof fromJSON>[0];

// Only the parts of google.protobuf that the messages use: building all of it, and google.api, would triple the start time.
const WELL_KNOWN = [
  'Any',
  'DoubleValue',
  'Duration',
  'Empty',
  'Int32Value',
  'Int64Value',
  'ListValue',
  'NullValue',
  'Struct',
  'Timestamp',
  'Value',
];

/** On our side messages have the proto JSON form: see messages.ts. */
export function firestoreService(): ServiceDefinition {
  const { firestore, type, rpc, protobuf } = description.nested.google.nested;
  const wellKnown = Object.entries(protobuf.nested).filter(([name]) => WELL_KNOWN.includes(name));
  const nested = { firestore, type, rpc, protobuf: { nested: Object.fromEntries(wellKnown) } };
  const needed: unknown = { nested: { google: { nested } } };
  const options = { longs: String, enums: String, bytes: String, json: true };
  return fromJSON(needed as Description, options)[SERVICE] as ServiceDefinition;
}
