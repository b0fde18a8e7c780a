// Puts the functions together: settings, Google's services, the VM's scripts.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config';
import type { ControlContext } from './control/kind';
import { KINDS } from './control/kinds';
import type { Settings } from './engine/settings';
import { createStockedOutZones } from './stocked-out-zones';
import { openBucketPort } from './google/bucket';
import { openBusPort } from './google/bus';
import { openCompute } from './google/compute';
import { readEndpoints } from './google/connection';
import { openDatabase } from './google/database';
import { openDeadLetters } from './google/dead-letters';
import { openDeadMessages } from './google/dead-messages';
import { openDocumentStores } from './google/documents';
import { openOrphanCandidates } from './google/orphan-candidates';
import { openProbes } from './google/probes';
import { openSlotPools } from './google/slots';
import { openSweeps } from './google/sweeps';
import { openTokens } from './google/tokens';
import type { Log } from './ports/log';
import { measureTimeAwake } from './sweep/time-awake';

/** `scripts` is the folder of agent.sh and shutdown.sh. Reads them; calls nothing. */
export function openContext(config: Config, scripts: URL): ControlContext {
  let known: ReturnType<typeof readEndpoints>;
  const local = (): typeof known => (known ??= readEndpoints(config.endpointsFile));
  const { names } = config;
  const database = openDatabase(names, local);
  return {
    kinds: KINDS,
    documents: openDocumentStores(names, local),
    slotPools: openSlotPools(names, local),
    probes: openProbes(names, local),
    sweeps: openSweeps(database),
    orphanCandidates: openOrphanCandidates(database),
    deadLetters: openDeadLetters(database),
    compute: openCompute(names, local),
    bucket: openBucketPort(names, local),
    bus: openBusPort(names, local),
    deadMessages: openDeadMessages(names, local),
    tokens: openTokens(local),
    settings: settingsFrom(config, scripts, local),
    stockedOutZones: createStockedOutZones(),
    now: () => Date.now(),
    awakeMs: measureTimeAwake(Date.now, () => performance.now()),
    newActor: () => randomUUID(),
    log,
  };
}

/**
 * Loads the libraries before the first message needs them. For this computer, where nobody pays for the memory; on Google
 * each function loads what its own calls need.
 */
export async function preloadLibraries(): Promise<void> {
  await import('./google/libraries/firestore');
  await import('./google/libraries/pubsub');
  await import('./google/libraries/compute');
  await import('./google/libraries/storage');
}

function settingsFrom(config: Config, scripts: URL, local: () => ReturnType<typeof readEndpoints>): Settings {
  const { names, endpointsFile, preloads: _, ...settings } = config;
  return {
    ...settings,
    project: names.project,
    deployment: names.deployment,
    bucket: names.bucket,
    eventsTopic: names.topics.events,
    get storageUrl() {
      const endpoints = local();
      return endpoints ? `http://${endpoints.storage}` : 'https://storage.googleapis.com';
    },
    get pubsubUrl() {
      const endpoints = local();
      return endpoints ? `http://${endpoints.pubsub}` : 'https://pubsub.googleapis.com';
    },
    startupScript: readFileSync(new URL('agent.sh', scripts), 'utf8'),
    shutdownScript: readFileSync(new URL('shutdown.sh', scripts), 'utf8'),
    allowEnvironment: endpointsFile !== undefined,
  };
}

/** One JSON line an entry, as Cloud Logging reads it. */
const log: Log = (severity, message, fields = {}) => console.log(JSON.stringify({ severity, message, ...fields }));
