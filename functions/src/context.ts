// Puts each function together: settings, the services of Google that it calls, the VM's scripts.
import { IMAGE_KIND, INSTANCE_KIND, RUN_KIND, type FunctionName } from '@mymlops/protocol';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from './config';
import type { ControlContext } from './control/kind';
import { KINDS } from './control/kinds';
import type { Settings, VmScripts } from './engine/settings';
import { createStockedOutZones } from './stocked-out-zones';
import { openBucketPort } from './google/bucket';
import { openBusPort } from './google/bus';
import { openCompute, openComputeCatalog, openComputeView } from './google/compute';
import { readEndpoints, type LocalCloud } from './google/connection';
import { openDatabase } from './google/database';
import { openDeadLetters } from './google/dead-letters';
import { openDeadMessages } from './google/dead-messages';
import { openDocumentStores } from './google/documents';
import { openOrphanCandidates } from './google/orphan-candidates';
import { openProbes } from './google/probes';
import { openSlotPools } from './google/slots';
import { openSnapshotCandidates } from './google/snapshot-candidates';
import { openSnapshots } from './google/snapshots';
import { openSweeps } from './google/sweeps';
import { openTokens } from './google/tokens';
import type { Log } from './ports/log';
import { measureTimeAwake } from './sweep/time-awake';

/**
 * The context of each function, made at its first message: on Google a process has one of the three. `scripts` is the folder
 * of agent.sh and shutdown.sh. Calls nothing.
 */
export function openContexts(config: Config, scripts: URL) {
  const awakeMs = measureTimeAwake(Date.now, () => performance.now());
  return {
    request: once(() => openRequest(config, scripts)),
    event: once(() => openEvent(config)),
    sweep: once(() => ({ ...openSweep(config), awakeMs })),
  };
}

function openRequest(config: Config, scripts: URL): ControlContext {
  const { names, local, database, ...common } = openCommon(config, 'request');
  return {
    ...common,
    documents: openDocumentStores(database),
    slotPools: openSlotPools(database),
    probes: openProbes(database),
    orphanCandidates: openOrphanCandidates(database),
    compute: openCompute(names, local),
    resultsBucket: openBucketPort({ project: names.project, name: config.buckets.results }, local),
    liveBucket: openBucketPort({ project: names.project, name: config.buckets.live }, local),
    snapshots: openSnapshots({ project: names.project, name: config.buckets.results }, local),
    snapshotCandidates: openSnapshotCandidates(database),
    bus: openBusPort(names, local),
    settings: settingsFrom(config, scripts, local),
    stockedOutZones: createStockedOutZones(),
  };
}

function openEvent(config: Config) {
  const { names, local, database, ...common } = openCommon(config, 'event');
  return {
    ...common,
    documents: openDocumentStores(database),
    probes: openProbes(database),
    bus: openBusPort(names, local),
    tokens: openTokens(local),
    settings: { project: names.project, buckets: config.buckets },
  };
}

function openSweep(config: Config) {
  const { names, local, database, ...common } = openCommon(config, 'sweep');
  const { project, deployment } = names;
  const { buckets, maxParallel, maxInstances, graceSeconds, hasAlerts, ...rest } = config;
  const { limits, region, subnetworks, natRegions, machineType, image, gpuImage, diskSizeGb } = rest;
  return {
    ...common,
    documents: openDocumentStores(database),
    slotPools: openSlotPools(database),
    probes: openProbes(database),
    sweeps: openSweeps(database),
    orphanCandidates: openOrphanCandidates(database),
    deadLetters: openDeadLetters(database),
    compute: openComputeView(names, local),
    computeCatalog: openComputeCatalog(names, local),
    bus: openBusPort(names, local),
    deadMessages: openDeadMessages(names, local),
    tokens: openTokens(local),
    settings: {
      ...{ project, deployment, buckets, maxParallel, maxInstances, graceSeconds, hasAlerts },
      ...{ limits, subnetworks, natRegions, machineType, image, gpuImage, diskSizeGb },
      ...(region !== undefined && { region }),
    },
  };
}

function openCommon({ names, endpointsFile }: Config, entryPoint: FunctionName) {
  let known: LocalCloud | undefined;
  const local = (): LocalCloud | undefined => (known ??= readEndpoints(endpointsFile, entryPoint));
  return {
    ...{ names, local, database: openDatabase(names, local) },
    kinds: KINDS,
    now: () => Date.now(),
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

function settingsFrom(config: Config, scripts: URL, local: () => LocalCloud | undefined): Settings {
  const { names, endpointsFile, preloads: _, ...settings } = config;
  return {
    ...settings,
    project: names.project,
    deployment: names.deployment,
    eventsTopic: names.topics.events,
    get storageUrl() {
      const endpoints = local();
      return endpoints ? `http://${endpoints.storage}` : 'https://storage.googleapis.com';
    },
    get pubsubUrl() {
      const endpoints = local();
      return endpoints ? `http://${endpoints.pubsub}` : 'https://pubsub.googleapis.com';
    },
    get secretsUrl() {
      const endpoints = local();
      return endpoints ? `http://${endpoints.secrets}` : 'https://secretmanager.googleapis.com';
    },
    scripts: {
      run: scriptsOf(RUN_KIND, scripts),
      image: scriptsOf(IMAGE_KIND, scripts),
      instance: scriptsOf(INSTANCE_KIND, scripts),
    },
    allowEnvironment: endpointsFile !== undefined,
  };
}

const scriptsOf = (kind: string, folder: URL): VmScripts => ({
  startup: readFileSync(new URL(`${kind}/agent.sh`, folder), 'utf8'),
  shutdown: readFileSync(new URL(`${kind}/shutdown.sh`, folder), 'utf8'),
});

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** One JSON line an entry, as Cloud Logging reads it. */
const log: Log = (severity, message, fields = {}) => console.log(JSON.stringify({ severity, message, ...fields }));
