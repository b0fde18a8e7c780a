// Every Firestore that a suite must pass on: our stand-in, and Google's emulator where it is installed.
import type { Firestore } from '@google-cloud/firestore';
import { tokenFor, type Endpoints } from '@mymlops/protocol';
import { startFirestore } from '../../deploy/local/firestore';
import { firestoreClient } from '../deploy/local/firestore/client';
import { createHarness, TOKEN } from '../deploy/local/harness';
import { describeEmulator } from './describe';
import { locateEmulator, startEmulator } from './process';

export interface FirestoreServer {
  endpoints: Endpoints;
  close(): Promise<void>;
}

const NOWHERE = '127.0.0.1:1';

export const endpointsWith = (some: Partial<Endpoints>): Endpoints => ({
  ...{ v: 1, pid: process.pid, deployment: 'mymlops', token: TOKEN },
  ...{ firestore: NOWHERE, pubsub: NOWHERE, compute: NOWHERE, storage: NOWHERE },
  ...some,
});

export async function startStandIn(): Promise<FirestoreServer> {
  const harness = createHarness();
  const { address } = await harness.started(startFirestore(harness.options()));
  return { endpoints: endpointsWith({ firestore: address }), close: harness.end };
}

const JAR = locateEmulator('cloud-firestore-emulator');
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';

/** `flags` such as `--rules=FILE`. Throws where the emulator is not installed. */
export async function startGooglesFirestore(flags: readonly string[] = []): Promise<FirestoreServer> {
  if (JAR === undefined) throw new Error("Google's Firestore emulator (or Java) is not installed");
  const { address, close } = await startEmulator(JAR, MAIN_CLASS, flags);
  return { endpoints: endpointsWith({ firestore: address, emulators: ['firestore'] }), close };
}

/** A suite that needs Google's emulator: on CI always run, elsewhere left out by name where it is missing. */
export const describeGooglesFirestore = describeEmulator('cloud-firestore-emulator', JAR !== undefined);

/** Google's own client, as the owner. */
export function clientOf({ endpoints }: FirestoreServer, databaseId?: string): Firestore {
  return firestoreClient({ address: endpoints.firestore, token: tokenFor('firestore', endpoints), databaseId });
}

/** The suite on each server; `endpoints` can be asked for from beforeAll on. */
export function onEveryFirestore(
  suite: (endpoints: () => Endpoints, connect: (databaseId?: string) => Firestore) => void,
): void {
  const runOn = (start: () => Promise<FirestoreServer>) => () => {
    let server: FirestoreServer;
    const clients: Firestore[] = [];
    beforeAll(async () => void (server = await start()), 60_000);
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.terminate()));
      await server.close();
    });
    const connect = (databaseId?: string): Firestore => {
      const client = clientOf(server, databaseId);
      clients.push(client);
      return client;
    };
    suite(() => server.endpoints, connect);
  };
  describe('on the stand-in', runOn(startStandIn));
  describeGooglesFirestore("on Google's emulator", runOn(startGooglesFirestore));
}
