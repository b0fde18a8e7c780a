// `doctor --bundle`: collects what a maintainer needs to know of a deployment. Each part is read by itself, so that one that cannot
// be read costs only that part. Changes nothing.
import { codeOf } from '@mymlops/google';
import { LOCAL_PROJECT } from '@mymlops/protocol';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { type Deployment, openDeployment } from '../deployment/connect';
import { GoogleTrouble } from '../google/trouble';
import { stateFolder } from '../local/state-folder';
import type { BundleTarget } from './bundle-target';
import type { Json } from './keep';
import { readLocalLog } from './local-log';
import { logFacts } from './log-facts';
import { readGoogleLog, readImages, readInstances, readPlan, readRuns, readSettingsFacts } from './parts';
import { readVersions } from './versions';

/** `deployment`: it cannot be reached, so that nothing of it could be read. `configuration`: mymlops.yml has a mistake. */
type Part = 'configuration' | 'deployment' | 'settings' | 'plan' | 'runs' | 'images' | 'instances' | 'log';

/** Why a part is not in the bundle. Without the error's text, which may name people or files. */
export interface Unread {
  part: Part;
  why: 'no answer in time' | 'not reached' | 'refused by the client' | 'failed';
  /** gRPC's, or HTTP's where it is above 99. */
  code?: number;
}

export interface Bundle {
  v: 1;
  about: string;
  at: string;
  cloud: 'this computer' | 'Google' | 'unknown';
  /** Absent: nothing that could be read names it. */
  deployment?: string;
  versions: Json;
  settings?: Json;
  plan?: Json;
  runs?: Json;
  /** Builds of images. */
  images?: Json;
  /** Interactive ones. */
  instances?: Json;
  log?: Json;
  unread: Unread[];
}

export interface Collecting extends BundleTarget {
  context: Context;
  /** Called with the error of each part that could not be read. */
  onUnread: (part: Part, error: unknown) => void;
  now?: () => number;
  open?: (context: Context, target: Target) => Promise<Deployment>;
}

const ABOUT = 'Written by `mymlops-client doctor --bundle`. Its fields are a closed list: docs/commands.md, doctor.';

/** Throws only if it was interrupted. */
export async function collectBundle(collecting: Collecting): Promise<Bundle> {
  const { context, target, configProblem, open = openDeployment, now = Date.now } = collecting;
  const isGoogle = target !== undefined && target.project !== LOCAL_PROJECT;
  const nowMs = now();
  const bundle: Bundle = {
    ...{ v: 1, about: ABOUT, at: new Date(nowMs).toISOString() },
    cloud: isGoogle ? 'Google' : target ? 'this computer' : 'unknown',
    ...(target && { deployment: target.deployment }),
    versions: (await readVersions(context.env)) ?? {},
    unread: [],
  };
  const attempt = async <T>(part: Part, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      context.interrupted.throwIfAborted();
      bundle.unread.push(unread(part, error));
      collecting.onUnread(part, error);
      return undefined;
    }
  };
  const addRead = async (
    part: Exclude<Part, 'configuration' | 'deployment'>,
    read: () => Promise<Json>,
  ): Promise<void> => {
    const facts = await attempt(part, read);
    if (facts !== undefined) bundle[part] = facts;
  };

  const localLog = async (): Promise<Json> =>
    readLocalLog(stateFolder(context.env)).flatMap((entry) => logFacts(entry) ?? []);
  if (configProblem) await attempt('configuration', () => Promise.reject(configProblem));
  const deployment = target && (await attempt('deployment', () => open(context, target)));
  try {
    await Promise.all([
      ...(deployment === undefined
        ? []
        : [
            addRead('settings', () => readSettingsFacts(deployment)),
            addRead('plan', () => readPlan(deployment, context.interrupted)),
            addRead('runs', () => readRuns(deployment)),
            addRead('images', () => readImages(deployment)),
            addRead('instances', () => readInstances(deployment)),
          ]),
      ...(isGoogle ? [] : [addRead('log', localLog)]),
      ...(isGoogle && deployment !== undefined ? [addRead('log', () => readGoogleLog(deployment, nowMs))] : []),
    ]);
  } finally {
    await deployment?.close();
  }
  return bundle;
}

function unread(part: Part, error: unknown): Unread {
  const code = codeOf(error);
  if (error instanceof GoogleTrouble) return { part, why: 'not reached' };
  if (error instanceof ExpectedError) {
    return { part, why: error.exitCode === EXIT.notFinished ? 'no answer in time' : 'refused by the client' };
  }
  return { part, why: 'failed', ...(typeof code === 'number' && { code }) };
}
