// Requests something of the sweep function, and waits for the document that it writes.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ANSWERS_QUESTIONS_SINCE,
  answerPath,
  type DeploymentCheck,
  type FailedAnswer,
  type GpuOffers,
  type ImagesLook,
  MAX_ASKED_IMAGES,
  sweepReportInTodaysForm,
  type SweepMessage,
  type SweepPlan,
  type SweepReport,
  type WantedRun,
} from '@mymlops/protocol';
import type { Deployment } from './connect';
import { requireVersion } from './require-version';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';

/** Time for a cold start of the function, a long list of VMs, or a first delivery that fails. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;

type SweepRequester = Pick<Deployment, 'bus' | 'runs'> & { connection?: Pick<Deployment['connection'], 'endpoints'> };

/** The plan of a sweep, computed by the function without any change. Throws ExpectedError if no answer comes. */
export async function requestPlan(deployment: SweepRequester, interrupted: AbortSignal): Promise<SweepPlan> {
  return sweepReportInTodaysForm((await answerTo({ type: 'plan' }, deployment, interrupted)) as SweepPlan);
}

/** The report of the sweep that this call requests: others may be under way. Throws ExpectedError if no answer comes. */
export async function requestSweep(deployment: SweepRequester, interrupted: AbortSignal): Promise<SweepReport> {
  return sweepReportInTodaysForm((await answerTo({ type: 'tick' }, deployment, interrupted)) as SweepReport);
}

/** Which accelerators Compute Engine has. Throws ExpectedError if no answer comes, or the function does not know the question. */
export async function requestGpus(deployment: Questioned, interrupted: AbortSignal): Promise<GpuOffers> {
  await requireAnswers(deployment);
  return (await answerTo({ type: 'gpus' }, deployment, interrupted)) as GpuOffers;
}

/** Whether the deployment would run these. Changes nothing. Throws as requestGpus does. */
export async function requestCheck(
  deployment: Questioned,
  runs: WantedRun[],
  interrupted: AbortSignal,
): Promise<DeploymentCheck> {
  await requireAnswers(deployment);
  return (await answerTo({ type: 'check', runs }, deployment, interrupted)) as DeploymentCheck;
}

/** Those of `images`, names in the deployment's own project, that do not exist. Throws as requestGpus does. */
export async function requestAbsentImages(
  deployment: Questioned,
  images: readonly string[],
  interrupted: AbortSignal,
): Promise<string[]> {
  await requireAnswers(deployment);
  const asked = images.slice(0, MAX_ASKED_IMAGES);
  return ((await answerTo({ type: 'images', images: asked }, deployment, interrupted)) as ImagesLook).absent;
}

type Questioned = SweepRequester & { connection: Pick<Deployment['connection'], 'names'> } & Pick<
    Deployment,
    'settings'
  >;

/** An earlier function takes the question for a tick: it sweeps, and its user would wait for nothing. */
const requireAnswers = (deployment: Questioned): Promise<void> =>
  requireVersion(deployment, ANSWERS_QUESTIONS_SINCE, 'answer this question');

type Question = SweepMessage extends infer M ? (M extends SweepMessage ? Omit<M, 'v' | 'id'> : never) : never;

async function answerTo(question: Question, deployment: SweepRequester, signal: AbortSignal): Promise<object> {
  const id = randomUUID();
  const runs = await deployment.runs();
  await (await deployment.bus()).publishSweep({ ...question, v: 1, id });
  const answer = await waitFor(() => runs.document(answerPath(id)), deployment, signal);
  // For Firestore alone, which deletes the document after it.
  const { expiresAt: _, ...said } = answer as { expiresAt?: unknown; failed?: FailedAnswer['failed'] };
  if (said.failed !== undefined) throw failureOf(said.failed, deployment);
  return said;
}

/** In the cause's first line, Google says what failed. */
function failureOf(cause: string, { connection }: SweepRequester): ExpectedError {
  const [first = ''] = cause.split('\n');
  const who = connection?.endpoints ? 'The local cloud' : 'The sweep function';
  const where = connection?.endpoints
    ? 'See log.jsonl in the folder that `mymlops-client local status` shows'
    : "See the function's log";
  return new ExpectedError(`${who} could not answer: ${first.replace(/\.$/, '')}. ${where}, or try again later.`);
}

async function waitFor<T>(
  look: () => Promise<T | null>,
  { connection }: SweepRequester,
  signal: AbortSignal,
): Promise<T> {
  const endsMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > endsMs) {
      const sentence = connection?.endpoints
        ? 'The local cloud has not swept for a minute. Check log.jsonl in the folder that `mymlops-client local status` shows, then try again.'
        : "The sweep function has not answered for a minute. Check the function's log, then try again.";
      throw new ExpectedError(sentence, EXIT.notFinished);
    }
    await delay(LOOK_MS, undefined, { signal });
  }
}
