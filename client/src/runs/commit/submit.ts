// Sends a planned commit: the snapshot to the bucket, then one request for each notebook. Steps run in parallel where possible.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommitRequest, LOCAL_PROJECT } from '@mymlops/protocol';
import { type Deployment, openDeployment } from '../../deployment/connect';
import type { Context } from '../../core/context';
import type { Bucket } from '../../google/bucket';
import type { Bus } from '../../google/bus';
import { isRefusal } from '../../google/failures';
import { GoogleTrouble } from '../../google/trouble';
import { untilAborted } from '../../core/interruption';
import { withTempFolder } from '../../files/temp-folder';
import { requireShortPath } from '../../local/path-limits';
import { deployKeyFiles } from '../../snapshot/deploy-keys';
import { requireGitVersion } from '../../git/git-version';
import { snapshotCacheFilesOf } from '../../snapshot/cache-folder';
import { makeOutputRepository, outputRepositoryOf } from '../../git/output-repository';
import { sendSnapshot } from '../../snapshot/parts';
import { lookUpIn } from '../../snapshot/look-up';
import { takeSnapshot } from '../../snapshot/snapshot';
import { stateFolder } from '../../local/state-folder';
import { requireFreeSpace } from '../../local/state-folder-check';
import { printableLine } from '../../view/printable';
import { refuseCheckedOut } from './checked-out';
import type { CommitPlan } from './plan';
import { provideDeployKey } from './provide-deploy-key';
import { provideSecrets } from './provide-secrets';
import { requestsOf } from './requests';

/** Shorter than the time that a command has after Ctrl-C. */
const SETTLING_MS = 1000;

/** The request at which sending stopped. No later request was sent. */
export interface SendingFailure {
  request: CommitRequest;
  error: unknown;
  /** It was sent, and it is not known whether it was accepted. */
  mayRun: boolean;
}

export interface Submission {
  /** The caller closes it. */
  deployment: Deployment;
  accepted: CommitRequest[];
  failure?: SendingFailure;
}

/**
 * Publishes a request for each notebook; `onAccepted` is called for each as soon as it is accepted. Throws if surely no run
 * of this commit exists.
 */
export function submitCommit(
  context: Context,
  plan: CommitPlan,
  onAccepted: (request: CommitRequest) => void,
): Promise<Submission> {
  return withTempFolder(context, (tempFolder) => sendFrom(tempFolder, context, plan, onAccepted));
}

async function sendFrom(
  tempFolder: string,
  context: Context,
  plan: CommitPlan,
  onAccepted: (request: CommitRequest) => void,
): Promise<Submission> {
  const { project, target, config } = plan;
  const { interrupted } = context;
  const state = stateFolder(context.env);
  if (target.project === LOCAL_PROJECT) requireFreeSpace(state);
  const cacheFiles = snapshotCacheFilesOf(state, project.folder);
  const checked = requireGitVersion(context.env).then(() => refuseCheckedOut(config, project.folder, context.env));
  const snapshotting = takeSnapshot({
    folder: project.folder,
    replaced: new Map(plan.notebooks.map(({ path, stripped }) => [path, stripped])),
    secretFiles: deployKeyFiles(project.config, project.folder, context.env),
    stateFolder: state,
    cacheFile: cacheFiles.fileCache,
    env: context.env,
    tempFolder,
  });
  const prepared = Promise.all([
    // If git is unusable, report that rather than the failure of the snapshot that follows from it.
    snapshotting.catch((error: unknown) => checked.then(() => Promise.reject(error))),
    checked,
    config.output_repository && outputRepositoryOf(config.output_repository, project.folder, context.env),
    // The local cloud is not started for a commit that is refused.
    checked.then(() => openDeployment(context, target)),
    // Loading the libraries takes as long as git, so both run at the same time.
    import('../../google/bus'),
    import('../../google/bucket'),
  ]);
  const [snapshot, , outputRepository, deployment] = await untilAborted(interrupted, prepared).catch((error: unknown) =>
    rejectAfter(snapshotting, error),
  );
  let isSending = false;
  try {
    // A request that would be refused must not leave anything behind, so it is checked before anything is created.
    requestsOf(context, plan, { source: snapshot.source, outputRepository, randomInt });
    requireShortPath(snapshot.longestPath, target.project === LOCAL_PROJECT ? state : null);
    await untilAborted(interrupted, provideSecrets(context, plan, deployment));
    const output =
      outputRepository &&
      (await untilAborted(interrupted, provideDeployKey(context, plan, deployment, outputRepository)));
    for (const warning of snapshot.warnings) context.notice(printableLine(warning));
    if (target.project === LOCAL_PROJECT && outputRepository) {
      const made = await makeOutputRepository(outputRepository, context.env);
      if (made !== null) context.notice(`Created the output repository ${printableLine(made)}`);
    }
    const bus = await deployment.bus();
    const { results: bucket } = await deployment.buckets();
    const uploadNew: Bucket['uploadNew'] = (...given) => {
      isSending = true;
      return bucket.uploadNew(...given);
    };
    const sending = {
      bucket: { ...bucket, uploadNew },
      lookUp: lookUpIn(bucket, await deployment.runs()),
      partsFile: cacheFiles.parts,
      file: join(tempFolder, 'source.bundle'),
    };
    const parts = await untilAborted(interrupted, sendSnapshot(sending, snapshot));
    const requests = requestsOf(context, plan, {
      source: { ...snapshot.source, parts },
      outputRepository: output,
      randomInt,
    });
    const { accepted, failure } = await publishAll(bus, requests, interrupted, onAccepted);
    if (failure && !failure.mayRun && accepted.length === 0) throw failure.error;
    return { deployment, accepted, failure };
  } catch (error) {
    await deployment.close();
    if (!(error instanceof GoogleTrouble)) throw error;
    const { message, isRefusal } = error;
    const outcome = isSending ? 'No run was started.' : 'Nothing was sent.';
    throw new GoogleTrouble(`${outcome} ${message}`, isRefusal, { cause: error });
  }
}

/** Lets work end that still writes into the temp folder: it would create the folder again after its removal. */
async function rejectAfter(writing: Promise<unknown>, error: unknown): Promise<never> {
  await Promise.race([Promise.allSettled([writing]), delay(SETTLING_MS, undefined, { ref: false })]);
  throw error;
}

async function publishAll(
  bus: Bus,
  requests: readonly CommitRequest[],
  interrupted: AbortSignal,
  onAccepted: (request: CommitRequest) => void,
): Promise<Omit<Submission, 'deployment'>> {
  const accepted: CommitRequest[] = [];
  for (const request of requests) {
    let isSent = false;
    try {
      interrupted.throwIfAborted();
      isSent = true;
      await untilAborted(interrupted, bus.publish(request));
    } catch (error) {
      return { accepted, failure: { request, error, mayRun: isSent && !isRefusal(error) } };
    }
    accepted.push(request);
    onAccepted(request);
  }
  return { accepted };
}
