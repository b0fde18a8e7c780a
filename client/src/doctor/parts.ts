// The parts of a bundle that are read from a deployment, each as the facts that the bundle keeps.
import { DEPLOYMENT_SETTINGS, runPath } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';
import { requestPlan } from '../deployment/sweeps';
import type { RunReader } from '../google/runs';
import { planFacts } from './finding-facts';
import { cloudName, fields, type Json, version } from './keep';
import { logFacts } from './log-facts';
import { buildEventFacts, imageFacts } from './image-facts';
import { instanceFacts } from './instance-facts';
import { eventFacts, runFacts, runId } from './run-facts';

/** The newest ones. */
export const MOST_RUNS = 20;
const MOST_BUILDS = 20;
const MOST_INSTANCES = 50;
/** Reports of lifecycle only: a dozen a VM. */
const MOST_EVENTS = 200;
const LOG_MS = 24 * 3_600_000;

const settingsFacts = fields({ region: cloudName, version, oldestClient: version });

/** Also those of a version that does not understand this client. */
export async function readSettingsFacts(deployment: Deployment): Promise<Json> {
  const found = await (await deployment.runs()).document(DEPLOYMENT_SETTINGS);
  return settingsFacts(found) ?? {};
}

export async function readPlan(deployment: Deployment, interrupted: AbortSignal): Promise<Json> {
  return planFacts(await requestPlan(deployment, interrupted)) ?? {};
}

/** Newest first. */
export async function readRuns(deployment: Deployment): Promise<Json> {
  const reader = await deployment.runs();
  const found: { run: string; document: unknown }[] = await reader.list(MOST_RUNS).catch(() => listAsStored(reader));
  const known = found.flatMap(({ run, document }) => (runId(run) === undefined ? [] : [{ run, document }]));
  return Promise.all(
    known.map(async ({ run, document }) => {
      const events = (await reader.events(run)).slice(-MOST_EVENTS);
      return {
        run,
        facts: runFacts(document) ?? {},
        events: events.flatMap((event) => eventFacts(event.fields) ?? []),
      };
    }),
  );
}

/** Without a look at their form: a document that cannot be read must not hide the others, and may be the one to look for. */
async function listAsStored(reader: RunReader): Promise<{ run: string; document: unknown }[]> {
  const ids = (await reader.idsWith('')).slice(0, MOST_RUNS);
  return Promise.all(ids.map(async (run) => ({ run, document: await reader.document(runPath(run)) })));
}

/** Builds of images, newest first. */
export async function readImages(deployment: Deployment): Promise<Json> {
  const images = await deployment.images();
  const known = (await images.list(MOST_BUILDS)).filter(({ id }) => runId(id) !== undefined);
  return Promise.all(
    known.map(async ({ id }) => {
      const [document, all] = await Promise.all([images.get(id), images.events(id)]);
      const events = all.slice(-MOST_EVENTS).flatMap((event) => buildEventFacts(event.fields) ?? []);
      return { build: id, facts: imageFacts(document) ?? {}, events };
    }),
  );
}

/** Those that are not deleted, without the names that their users chose. */
export async function readInstances(deployment: Deployment): Promise<Json> {
  const found = await (await deployment.instances()).list();
  return found.slice(0, MOST_INSTANCES).flatMap(({ document }) => instanceFacts(document) ?? []);
}

/** Oldest first, of the last day. Throws where the caller may not read the log. */
export async function readGoogleLog({ connection }: Deployment, nowMs: number): Promise<Json> {
  const { functionLog } = await import('../google/log-entries');
  const entries = await functionLog(connection, new Date(nowMs - LOG_MS).toISOString());
  return entries.toReversed().flatMap((entry) => logFacts(entry) ?? []);
}
