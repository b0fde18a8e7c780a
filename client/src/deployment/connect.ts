// The deployment that a command talks to: one client per service, loaded at its first use.
import { setTimeout as delay } from 'node:timers/promises';
import { type DeploymentSettings, LOCAL_PROJECT } from '@mymlops/protocol';
import { defaultConfig, findProjectConfig } from '../config/project-config';
import { type Target, resolveTarget } from '../config/target';
import type { Context } from '../core/context';
import { whileEmulatorsAnswer } from '../local/emulators';
import type { Buckets } from '../google/bucket';
import type { Bus } from '../google/bus';
import { type Connection, connectionTo, refuseDiversions, requireAccess } from '../google/connection';
import type { ImageReader } from '../google/images';
import type { InstanceReader } from '../google/instances';
import type { RunReader } from '../google/runs';
import type { Secrets } from '../google/secrets';
import { isAlive } from '../core/is-alive';
import { ensureLocalCloud } from '../local/local-cloud';
import { readSettings } from './settings';

/** Limit for closing: a call without an answer keeps its client open. */
const CLOSING_MS = 500;

export interface Deployment {
  connection: Connection;
  bus(): Promise<Bus>;
  runs(): Promise<RunReader>;
  images(): Promise<ImageReader>;
  instances(): Promise<InstanceReader>;
  settings(): Promise<DeploymentSettings>;
  buckets(): Promise<Buckets>;
  secrets(): Promise<Secrets>;
  /** Whether the local cloud has exited, so that no open call will be answered. Never true on Google. */
  isLost(): boolean;
  close(): Promise<void>;
}

/** The target of every command except commit, which looks for mymlops.yml above its notebook. */
export function targetFromHere(context: Context): Target {
  return resolveTarget(context, findProjectConfig(context.cwd, context.env)?.config ?? defaultConfig());
}

/** Connects to the deployment. If it is the local cloud and that is not running, starts it first. */
export async function openDeployment(context: Context, target: Target): Promise<Deployment> {
  refuseDiversions(target.project, context.env);
  if (target.project !== LOCAL_PROJECT) {
    requireAccess(context.env);
    return deploymentAt(connectionTo(target, context.env));
  }
  return deploymentAt(connectionTo(target, context.env, await ensureLocalCloud(context, target.deployment)));
}

/** Opens the deployment, calls `work` with it, and closes it whatever happens. */
export async function withDeployment<T>(
  context: Context,
  target: Target,
  work: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const deployment = await openDeployment(context, target);
  try {
    return await whileEmulatorsAnswer(deployment.connection.endpoints, work(deployment));
  } finally {
    await deployment.close();
  }
}

export function deploymentAt(connection: Connection): Deployment {
  let bus: Promise<Bus> | undefined;
  let runs: Promise<RunReader> | undefined;
  let images: Promise<ImageReader> | undefined;
  let instances: Promise<InstanceReader> | undefined;
  let settings: Promise<DeploymentSettings> | undefined;
  let buckets: Promise<Buckets> | undefined;
  const deployment: Deployment = {
    connection,
    bus: () => (bus ??= openBusOf(deployment)),
    runs: () => (runs ??= import('../google/runs').then(({ openRunReader }) => openRunReader(connection))),
    images: () => (images ??= import('../google/images').then(({ openImageReader }) => openImageReader(connection))),
    instances: () =>
      (instances ??= import('../google/instances').then(({ openInstanceReader }) => openInstanceReader(connection))),
    settings: () => (settings ??= deployment.runs().then((reader) => readSettings(connection, reader))),
    buckets: () => (buckets ??= openBuckets(deployment)),
    secrets: () => openSecretsOf(deployment),
    isLost: () => connection.endpoints !== undefined && !isAlive(connection.endpoints.pid),
    async close() {
      // A client that does not close in time stays open until the process exits.
      const closed = Promise.allSettled([bus, runs, images, instances].map(async (it) => (await it)?.close()));
      await Promise.race([closed, delay(CLOSING_MS, undefined, { ref: false })]);
    },
  };
  return deployment;
}

/** Nothing is sent to functions that would not understand it. */
async function openBusOf({ connection, settings }: Pick<Deployment, 'connection' | 'settings'>): Promise<Bus> {
  const [{ openBus }] = await Promise.all([import('../google/bus'), settings()]);
  return openBus(connection);
}

async function openBuckets({ connection, settings }: Pick<Deployment, 'connection' | 'settings'>): Promise<Buckets> {
  const [{ openBucket }, { buckets }] = await Promise.all([import('../google/bucket'), settings()]);
  return { results: openBucket(connection, buckets.results), live: openBucket(connection, buckets.live) };
}

async function openSecretsOf({ connection, settings }: Pick<Deployment, 'connection' | 'settings'>): Promise<Secrets> {
  const [{ openSecrets }] = await Promise.all([import('../google/secrets'), settings()]);
  return openSecrets(connection);
}
