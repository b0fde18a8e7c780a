// Every Firestore that a suite must pass on: our stand-in, and Google's emulator where it is installed.
import { Firestore } from '@google-cloud/firestore';
import { tokenFor, type Endpoints } from '@mymlops/protocol';
import { PassThroughClient } from 'google-auth-library';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../deploy/local/shared/clock';
import { startFirestore } from '../../deploy/local/firestore';
import { createAuth } from '../../deploy/local/shared/auth';
import { describeEmulator } from './describe';
import { locateEmulator, startEmulator } from './process';

export interface FirestoreServer {
  endpoints: Endpoints;
  close(): Promise<void>;
}

const TOKEN = 'owner-token-0123456789abcdef0123456789abcdef';
const NOWHERE = '127.0.0.1:1';

export const endpointsWith = (some: Partial<Endpoints>): Endpoints => ({
  ...{ v: 1, pid: process.pid, deployment: 'mymlops', token: TOKEN },
  ...{ firestore: NOWHERE, pubsub: NOWHERE, compute: NOWHERE, storage: NOWHERE },
  ...some,
});

export async function startStandIn(): Promise<FirestoreServer> {
  const folder = mkdtempSync(join(tmpdir(), 'firestore-'));
  const log = () => undefined;
  const service = await startFirestore({ folder, port: 0, auth: createAuth(TOKEN), clock: systemClock, log });
  const close = async (): Promise<void> => {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { endpoints: endpointsWith({ firestore: service.address }), close };
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
export function clientOf({ endpoints }: FirestoreServer, databaseId = 'mymlops-runs'): Firestore {
  return new Firestore({
    projectId: 'local',
    databaseId,
    host: endpoints.firestore,
    ssl: false,
    customHeaders: { Authorization: `Bearer ${tokenFor('firestore', endpoints)}` },
    authClient: new PassThroughClient(), // no look for credentials on the network
  });
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
