// The deployment that a command talks to: one client a service, loaded when it is first asked for.
import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_PROJECT } from '@mymlops/protocol';
import { defaultConfig, findProjectConfig } from '../config/project-config';
import { type Target, resolveTarget } from '../config/target';
import type { Context } from '../core/context';
import { whileEmulatorsAnswer } from '../local/emulators';
import type { Bucket } from '../google/bucket';
import type { Bus } from '../google/bus';
import { type Connection, connectionTo, refuseDiversions, requireAccess } from '../google/connection';
import type { Runs } from '../google/runs';
import { isAlive } from '../local/is-alive';
import { ensureLocalCloud } from '../local/local-cloud';

/** A call that nobody answers keeps its client from closing. */
const CLOSING_MS = 500;

export interface Deployment {
  connection: Connection;
  bus(): Promise<Bus>;
  runs(): Promise<Runs>;
  bucket(): Promise<Bucket>;
  /** The local cloud is gone: what is open here will not recover. Never on Google. */
  isLost(): boolean;
  close(): Promise<void>;
}

/** The target of every command but commit, whose file lies above the notebook. */
export function targetFromHere(context: Context): Target {
  return resolveTarget(context, findProjectConfig(context.cwd, context.env)?.config ?? defaultConfig());
}

/** Connects, and starts the local cloud first where that is the target and it does not run. */
export async function openDeployment(context: Context, target: Target): Promise<Deployment> {
  refuseDiversions(target.project, context.env);
  if (target.project !== LOCAL_PROJECT) {
    requireAccess(context.env);
    return deploymentAt(connectionTo(target, context.env));
  }
  return deploymentAt(connectionTo(target, context.env, await ensureLocalCloud(context, target.deployment)));
}

/** Opens the cloud, lets `work` use it, and closes it whatever happens. */
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
  let runs: Promise<Runs> | undefined;
  let bucket: Promise<Bucket> | undefined;
  return {
    connection,
    bus: () => (bus ??= import('../google/bus').then(({ openBus }) => openBus(connection))),
    runs: () => (runs ??= import('../google/runs').then(({ openRuns }) => openRuns(connection))),
    bucket: () => (bucket ??= import('../google/bucket').then(({ openBucket }) => openBucket(connection))),
    isLost: () => connection.endpoints !== undefined && !isAlive(connection.endpoints.pid),
    async close() {
      // What cannot be closed is left to the end of the process.
      const closed = Promise.allSettled([bus?.then((it) => it.close()), runs?.then((it) => it.close())]);
      await Promise.race([closed, delay(CLOSING_MS, undefined, { ref: false })]);
    },
  };
}
