// The local cloud put together: services, functions, deployment, scheduler. They start in parallel and close in order.
import { join } from 'node:path';
import {
  bucketNames,
  EMULATED,
  ENDPOINTS_FILE,
  hostAndPort,
  LATER_ENDPOINTS_FILE,
  LOCAL_PROJECT,
  namesOf,
} from '@mymlops/protocol';
import type { BucketNames, Endpoints, FunctionsEndpoints, LaterEndpoints } from '@mymlops/protocol';
import { rmSync } from 'node:fs';
import type { VmRunner } from './compute/vm-runner';
import { trackCallers } from './process/caller-tracking';
import type { Clock } from './shared/clock';
import { createDeployment } from './functions/deployment';
import { requireSameHistory } from './emulators/history';
import { functionsEnvironment } from './functions/environment';
import type { FunctionsChild } from './functions/functions-child';
import { startFunctionsChild } from './functions/functions-child';
import { invokersOf } from './functions/invokers';
import { unpackFunctions } from './functions/unpack';
import { createAuth } from './shared/auth';
import { identityKeyOf } from './state/identity-key';
import { startLifetime } from './process/lifetime';
import type { Log } from './shared/log';
import { createRights, type RightsOptions } from './shared/rights';
import { writePrivateFile } from './state/private-files';
import { startScheduler } from './functions/scheduler';
import { startServices } from './services';
import type { ServiceOptions } from './shared/service';
import type { Settings } from './process/settings';
import type { ServiceName } from './state/state-folder';
import {
  bucketSuffixOf,
  emulatorsOf,
  functionsSocketOf,
  ownerTokenOf,
  portsOf,
  rememberEmulators,
  rememberPorts,
  removeFunctionsSocket,
  removeVmsFolders,
  subfolderOf,
} from './state/state-folder';

export interface Cloud {
  /** Closes everything; VMs keep running. May be called twice. */
  close: () => Promise<void>;
}

export interface CloudOptions {
  settings: Settings;
  /** The bundled functions-host.ts. */
  functionsHost: string;
  clock: Clock;
  log: Log;
  /** Whether the folder is still this process's: if it was removed meanwhile, nothing in it is touched. */
  isOurs(): boolean;
  /** For tests: what each identity may do; by default what it may on Google. */
  rights?: RightsOptions;
  /** Called when nothing has used the local cloud for the idle time. Its endpoints are removed by then. */
  onIdle(): void;
  /** How VMs run; by default as processes of this computer. */
  vmRunner?: VmRunner;
}

/** A client that read the endpoints just before they were removed has made its call by then. */
const WITHDRAWN_MS = 250;

/** Starts the local cloud in the settings' folder, which this process has locked, and publishes its endpoints there. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { settings, clock, log, isOurs } = options;
  const { folder, emulators } = settings;
  const socket = functionsSocketOf(folder);
  withdrawEndpoints(folder);
  rmSync(socket, { force: true }); // the functions of an earlier process may still be ending
  let noteActivity = (): void => undefined;
  let wakePubsub = (): void => undefined;
  // First, in their own process: the functions take longest to load.
  const functions = await startFunctions(options, socket, () => wakePubsub());
  const closers: (() => Promise<void>)[] = [() => functions.close()];
  const close = once(async () => {
    if (isOurs()) withdrawEndpoints(folder);
    for (const closer of closers.toReversed()) {
      await closer().catch((error: unknown) => log('ERROR', 'not closed cleanly', { cause: String(error) }));
    }
    if (isOurs()) removeFunctionsSocket(folder);
    else removeVmsFolders(folder);
  });

  try {
    const auth = trackCallers(createAuth(ownerTokenOf(folder)), () => noteActivity());
    const ports = portsOf(folder);
    const names = namesOf(LOCAL_PROJECT, settings.deployment);
    const buckets = bucketsOf(settings);
    const rights = createRights({ ...names, buckets }, options.rights);
    const optionsOf = (name: ServiceName): ServiceOptions => ({
      folder: subfolderOf(folder, name),
      port: ports[name],
      auth,
      rights,
      clock,
      log: (severity, message, fields) => log(severity, message, { service: name, ...fields }),
    });
    const identityKey = await identityKeyOf(folder);
    const pushToken = auth.tokenOf('push');
    const services = await startServices({
      ...{ optionsOf, functionsSocket: socket, pushToken, identityKey, emulators },
      vmRunner: options.vmRunner,
    });
    const { firestore, pubsub, compute, storage, secrets } = services;
    // First stop pushing messages. Then close the functions, which use the services; Pub/Sub waits for their answers.
    closers.unshift(...[firestore, compute, storage, secrets, pubsub].map((service) => () => service.close()));
    closers.push(async () => pubsub.stopPushing());
    wakePubsub = () => pubsub.wake();
    if (compute.liveVms() > 0) requireSameHistory(emulatorsOf(folder), emulators);
    rememberEmulators(folder, emulators);

    const addressOf = (name: ServiceName): string => services[name].address;
    // An emulator's port must not be taken by us, even if it is free one day.
    const portOf = (name: ServiceName): number => (name in emulators ? ports[name] : hostAndPort(addressOf(name)).port);
    rememberPorts(folder, mapServices(portOf));
    const deploy = (): Promise<void> => createDeployment(names, buckets, services);
    await deploy();
    const { deployment } = settings;
    const used = EMULATED.filter((name) => name in emulators);
    const { secrets: secretsAddress, ...addresses } = mapServices(addressOf);
    const here = {
      ...{ v: 1 as const, pid: process.pid, deployment },
      ...addresses,
      ...(used.length > 0 && { emulators: used }),
    };
    const endpoints = { ...here, token: auth.tokenOf('client') };
    const tokens = { request: auth.tokenOf('request'), event: auth.tokenOf('event'), sweep: auth.tokenOf('sweep') };
    publishEndpoints(functionsEndpointsOf(folder), {
      ...{ ...here, secrets: secretsAddress, tokens },
      identityKeys: identityKey.publicKeys,
    });
    await functions.listen(invokersOf(names, pushToken, rights));

    // Sweeps do not count: nobody waits for a tick.
    const isPending = (): boolean => pubsub.pending(names.topics.requests) + pubsub.pending(names.topics.events) > 0;
    const isBusy = (): boolean => compute.liveVms() > 0 || firestore.listeners() > 0 || isPending();
    let isActive = false;
    const lifetime = startLifetime({
      clock,
      idleMs: settings.idleMinutes * 60_000,
      isBusy,
      onIdle() {
        if (!isOurs()) return; // which ends this process as well
        isActive = false;
        withdrawEndpoints(folder);
        clock.after(WITHDRAWN_MS, () => {
          if (!isOurs()) return;
          if (isActive || isBusy()) publishEndpoints(join(folder, ENDPOINTS_FILE), endpoints);
          else options.onIdle();
        });
      },
    });
    noteActivity = () => {
      isActive = true;
      lifetime.noteActivity();
    };
    const publishTick = async (tick: Buffer): Promise<void> => {
      try {
        await pubsub.publish(LOCAL_PROJECT, names.topics.sweeps, tick);
      } catch (error) {
        log('ERROR', 'tick not published', { cause: String(error) });
        // An emulator that was restarted has forgotten the topics and subscriptions.
        if (emulators.pubsub !== undefined) await deploy();
      }
    };
    const scheduler = startScheduler(clock, settings.sweepSeconds * 1000, (tick) => {
      publishTick(tick).catch((error: unknown) => log('ERROR', 'deployment not created', { cause: String(error) }));
    });
    closers.push(async () => {
      lifetime.stop();
      scheduler.cancel();
    });
    publishEndpoints(join(folder, LATER_ENDPOINTS_FILE), { pid: process.pid, secrets: secretsAddress });
    publishEndpoints(join(folder, ENDPOINTS_FILE), endpoints);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startFunctions(
  { settings, functionsHost, clock, log }: CloudOptions,
  socket: string,
  onListening: () => void,
): Promise<FunctionsChild> {
  const { folder, functions } = settings;
  const unpacked = subfolderOf(subfolderOf(folder, 'functions'), 'program');
  const environment = functionsEnvironment(
    { ...settings, buckets: bucketsOf(settings), endpointsFile: functionsEndpointsOf(folder) },
    process.env,
  );
  return startFunctionsChild({
    host: functionsHost,
    bundle: functions.endsWith('.zip') ? await unpackFunctions(functions, unpacked) : functions,
    socket,
    environment,
    clock,
    log,
    onListening,
  });
}

const bucketsOf = ({ folder, deployment }: Pick<Settings, 'folder' | 'deployment'>): BucketNames =>
  bucketNames(LOCAL_PROJECT, deployment, bucketSuffixOf(folder));

const functionsEndpointsOf = (folder: string): string => join(subfolderOf(folder, 'functions'), ENDPOINTS_FILE);

function publishEndpoints(file: string, endpoints: Endpoints | FunctionsEndpoints | LaterEndpoints): void {
  writePrivateFile(file, `${JSON.stringify(endpoints)}\n`);
}

function withdrawEndpoints(folder: string): void {
  rmSync(join(folder, ENDPOINTS_FILE), { force: true });
}

function mapServices<T>(of: (name: ServiceName) => T): Record<ServiceName, T> {
  return {
    ...{ firestore: of('firestore'), pubsub: of('pubsub'), compute: of('compute') },
    ...{ storage: of('storage'), secrets: of('secrets') },
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
