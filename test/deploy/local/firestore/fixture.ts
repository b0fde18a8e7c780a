// A Firestore stand-in on a harness, Google's own client, and a raw gRPC client.
import type { DocumentReference, Firestore, Query } from '@google-cloud/firestore';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { startFirestore } from '../../../../deploy/local/firestore';
import type { Service, ServiceOptions } from '../../../../deploy/local/shared/service';
import { createHarness, TOKEN, type Harness } from '../harness';
import { firestoreClient } from './client';

export interface Fixture extends Harness {
  /** Starts the service on the folder; once that is closed, the next one on the same data. */
  start(overrides?: Partial<ServiceOptions>): Promise<Service>;
  /** Google's client; closed at the end. */
  client(service: Pick<Service, 'address'>, databaseId?: string, projectId?: string): Firestore;
}

export function fixture(): Fixture {
  const harness = createHarness();
  return {
    ...harness,
    start: (overrides) => harness.started(startFirestore(harness.options(overrides))),
    client({ address }, databaseId, projectId) {
      const client = firestoreClient({ address, token: TOKEN, databaseId, projectId });
      harness.defer(() => client.terminate());
      return client;
    },
  };
}

/** The gRPC status code that `promise` is refused with; 0 when it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<number> {
  try {
    await promise;
    return 0;
  } catch (error) {
    return (error as { code?: number }).code ?? -1;
  }
}

export async function dataOf(document: DocumentReference): Promise<unknown> {
  return (await document.get()).data();
}

export async function idsOf(query: Query): Promise<string> {
  return (await query.get()).docs.map(({ id }) => id).join(' ');
}

export interface RawCall {
  /** Full name of the service; absent: Firestore. */
  of?: string;
  method: string;
  headers?: Record<string, string>;
  authority?: string;
  /** The request as it is on the wire. */
  body?: Buffer;
}

/** One unary gRPC call without Google's client: its status code and text. */
export function rawCall(service: Pick<Service, 'address'>, call: RawCall) {
  const { of = 'google.firestore.v1.Firestore', method, headers = {}, authority, body } = call;
  const options = authority === undefined ? {} : { 'grpc.default_authority': authority };
  const client = new Client(service.address, credentials.createInsecure(), options);
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const bytes = (buffer: Buffer): Buffer => buffer;
  return new Promise<{ code: number; details: string }>((resolve) => {
    const answered = (error: ServiceError | null): void => {
      client.close();
      resolve(error ? { code: error.code, details: error.details } : { code: 0, details: '' });
    };
    const path = `/${of}/${method}`;
    client.makeUnaryRequest(path, bytes, bytes, body ?? Buffer.alloc(0), metadata, answered);
  });
}
