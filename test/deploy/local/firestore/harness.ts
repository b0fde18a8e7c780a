// A Firestore stand-in with everything around it: a folder, Google's own client, a raw gRPC client.
import { Firestore, type DocumentReference, type Query } from '@google-cloud/firestore';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { PassThroughClient } from 'google-auth-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../../../../deploy/local/shared/clock';
import { startFirestore } from '../../../../deploy/local/firestore';
import { createAuth } from '../../../../deploy/local/shared/auth';
import type { Severity } from '../../../../deploy/local/shared/log';
import type { Service } from '../../../../deploy/local/shared/service';

export const TOKEN = 'owner-token-of-the-tests-0123456789';
export const auth = createAuth(TOKEN);

export interface LogLine {
  severity: Severity;
  message: string;
  fields: Record<string, string | number | boolean>;
}

export interface Fixture {
  folder: string;
  logs: LogLine[];
  /** Starts the service on the folder; again after close() it is the next life of the same data. */
  start(overrides?: { clock?: Clock; port?: number }): Promise<Service>;
  /** Google's client; closed at the end. */
  client(service: Pick<Service, 'address'>, databaseId?: string, projectId?: string): Firestore;
  /** Runs at the end, last registered first. */
  defer(cleanUp: () => unknown): void;
  end(): Promise<void>;
}

export function fixture(): Fixture {
  const folder = mkdtempSync(join(tmpdir(), 'firestore-'));
  const logs: LogLine[] = [];
  const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  return {
    folder,
    logs,
    async start({ clock = systemClock, port = 0 } = {}) {
      const log = (severity: Severity, message: string, fields = {}) => void logs.push({ severity, message, fields });
      const service = await startFirestore({ folder, port, auth, clock, log });
      let closing: Promise<void> | undefined;
      const close = (): Promise<void> => (closing ??= service.close());
      cleanUps.push(close);
      return { ...service, close };
    },
    client(service, databaseId = 'mymlops-runs', projectId = 'local') {
      const firestore = new Firestore({
        projectId,
        databaseId,
        host: service.address,
        ssl: false,
        customHeaders: { Authorization: `Bearer ${TOKEN}` },
        authClient: new PassThroughClient(), // no look for credentials on the network
      });
      cleanUps.push(() => firestore.terminate());
      return firestore;
    },
    defer: (cleanUp) => void cleanUps.push(cleanUp),
    async end() {
      for (const cleanUp of cleanUps.toReversed()) await cleanUp();
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

/** Waits until `condition` holds; fails after 10 s. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`never came: ${condition.toString()}`);
    await pause(2);
  }
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
