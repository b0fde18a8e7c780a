// Puts the functions together: settings, Google's services, the VM's scripts.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config';
import type { VmSettings } from './engine/vm/insert-body';
import { openBus } from './google/bus';
import { openCloud } from './google/cloud';
import { readEndpoints } from './google/connection';
import { openResults } from './google/results';
import { openRuns } from './google/runs';
import { openSweeps } from './google/sweeps';
import { openTokens } from './google/tokens';
import type { Context, Log } from './ports';
import { createStockouts } from './engine/vm/stocked-out-zones';
import { createWakefulness } from './sweep/wakefulness';

/** `scripts` is the folder of agent.sh and shutdown.sh. Reads them; calls nothing. */
export function openContext(config: Config, scripts: URL): Context {
  let known: ReturnType<typeof readEndpoints>;
  const local = (): typeof known => (known ??= readEndpoints(config.endpointsFile));
  return {
    runs: openRuns(config.names, local),
    sweeps: openSweeps(config.names, local),
    cloud: openCloud(config.names, local),
    results: openResults(config.names, local),
    bus: openBus(config.names, local),
    tokens: openTokens(local),
    vm: vmSettings(config, scripts, local),
    maxParallel: config.maxParallel,
    suspectSeconds: config.suspectSeconds,
    stockouts: createStockouts(),
    now: () => Date.now(),
    awakeMs: createWakefulness(Date.now, () => performance.now()),
    newActor: () => randomUUID(),
    log,
  };
}

/**
 * Loads the libraries before the first message needs them. For this machine, where nobody pays for the memory; on Google
 * each function loads what its own calls need.
 */
export async function preloadLibraries(): Promise<void> {
  await import('./google/libraries/firestore');
  await import('./google/libraries/pubsub');
  await import('./google/libraries/compute');
  await import('./google/libraries/storage');
}

function vmSettings(config: Config, scripts: URL, local: () => ReturnType<typeof readEndpoints>): VmSettings {
  const { names } = config;
  return {
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
    image: config.image,
    machineType: config.machineType,
    diskSizeGb: config.diskSizeGb,
    network: config.network,
    serviceAccount: config.serviceAccount,
    limits: config.limits,
    heartbeatSeconds: config.heartbeatSeconds,
    progressSeconds: config.progressSeconds,
    startupScript: readFileSync(new URL('agent.sh', scripts), 'utf8'),
    shutdownScript: readFileSync(new URL('shutdown.sh', scripts), 'utf8'),
    allowEnvironment: config.endpointsFile !== undefined,
  };
}

/** One JSON line an entry, as Cloud Logging reads it. */
const log: Log = (severity, message, fields = {}) => console.log(JSON.stringify({ severity, message, ...fields }));
