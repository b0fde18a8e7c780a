// Every Pub/Sub that a suite must pass on: our stand-in, and Google's emulator where it is installed.
import { tokenFor, type Endpoints } from '@mymlops/protocol';
import { join } from 'node:path';
import { startPubsub } from '../../deploy/local/pubsub';
import { createHarness } from '../deploy/local/harness';
import { describeEmulator } from './describe';
import { endpointsWith } from './firestore';
import { locateEmulator, startEmulator } from './process';

export interface PubsubServer {
  endpoints: Endpoints;
  /** One REST call to `/v1/projects/local/...`; the status and the answer. */
  call(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

async function startStandIn(): Promise<PubsubServer> {
  const harness = createHarness();
  const functionsSocket = join(harness.folder, 'none.sock');
  const { address } = await harness.started(startPubsub({ ...harness.options(), functionsSocket }));
  return serverAt(endpointsWith({ pubsub: address }), harness.end);
}

const JAR = locateEmulator('pubsub-emulator/lib');
const MAIN_CLASS = 'com.google.cloud.pubsub.testing.v1.Main';

/** Throws where the emulator is not installed. */
export async function startGooglesPubsub(): Promise<PubsubServer> {
  if (JAR === undefined) throw new Error("Google's Pub/Sub emulator (or Java) is not installed");
  const { address, close } = await startEmulator(JAR, MAIN_CLASS);
  return serverAt(endpointsWith({ pubsub: address, emulators: ['pubsub'] }), close);
}

export const describeGooglesPubsub = describeEmulator('pubsub-emulator', JAR !== undefined);

function serverAt(endpoints: Endpoints, close: () => Promise<void>): PubsubServer {
  const headers = { authorization: `Bearer ${tokenFor('pubsub', endpoints)}`, 'content-type': 'application/json' };
  return {
    endpoints,
    close,
    async call(method, path, body) {
      const url = `http://${endpoints.pubsub}/v1/projects/local/${path}`;
      const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return { status: response.status, body: await response.json() };
    },
  };
}

/** The suite on each server, which can be asked for from beforeAll on. */
export function onEveryPubsub(suite: (server: () => PubsubServer) => void): void {
  const runOn = (start: () => Promise<PubsubServer>) => () => {
    let server: PubsubServer;
    beforeAll(async () => void (server = await start()), 60_000);
    afterAll(() => server.close());
    suite(() => server);
  };
  describe('on the stand-in', runOn(startStandIn));
  describeGooglesPubsub("on Google's emulator", runOn(startGooglesPubsub));
}
