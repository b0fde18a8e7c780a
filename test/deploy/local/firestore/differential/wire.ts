// A Firestore server as the wire shows it: the calls that mymlops makes, in proto JSON form, and what is answered.
import { credentials, makeGenericClientConstructor, Metadata, type ServiceError } from '@grpc/grpc-js';
import { tokenFor } from '@mymlops/protocol';
import { firestoreService } from '../../../../../deploy/local/firestore/definition';
import type { FirestoreServer } from '../../../../emulators/firestore';

/** The answers, or the gRPC status code of the refusal. */
export type Answer = { code: number } | { code: 0; messages: object[] };

export interface Stream {
  on(event: 'data', heard: (message: never) => void): Stream;
  on(event: 'error', heard: (error: ServiceError) => void): Stream;
  on(event: 'end', heard: () => void): Stream;
  write(message: object): void;
  cancel(): void;
}

export interface Wire {
  call(method: string, request: object, database: string): Promise<Answer>;
  listen(database: string): Stream;
  close(): void;
}

const STREAMING = ['BatchGetDocuments', 'RunQuery'];

type Calls = Record<string, (...args: unknown[]) => Stream>;

export function openWire({ endpoints }: FirestoreServer): Wire {
  const Client = makeGenericClientConstructor(firestoreService(), 'Firestore');
  const client = new Client(endpoints.firestore, credentials.createInsecure());
  const calls = client as unknown as Calls;
  const metadata = (database: string): Metadata => {
    const headers = new Metadata();
    headers.set('authorization', `Bearer ${tokenFor('firestore', endpoints)}`);
    headers.set('google-cloud-resource-prefix', database);
    return headers;
  };
  return {
    call: (method, request, database) =>
      new Promise((resolve) => {
        const headers = metadata(database);
        const failed = ({ code }: ServiceError): void => resolve({ code });
        if (!STREAMING.includes(method)) {
          const answered = (error: ServiceError | null, message: object): void =>
            error ? failed(error) : resolve({ code: 0, messages: [message] });
          calls[method]?.call(client, request, headers, answered);
          return;
        }
        const messages: object[] = [];
        calls[method]
          ?.call(client, request, headers)
          .on('data', (message) => void messages.push(message))
          .on('error', failed)
          .on('end', () => resolve({ code: 0, messages }));
      }),
    listen: (database) => {
      const stream = calls['Listen']?.call(client, metadata(database));
      if (!stream) throw new Error('no Listen');
      return stream;
    },
    close: () => client.close(),
  };
}
