// Sends a planned commit: snapshot into the bucket, then one request a notebook. What can go on at the same time does.
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommitRequest, LOCAL_PROJECT, newRunId, sourceObject } from '@mymlops/protocol';
import { type Cloud, openCloud } from '../cloud';
import type { Context } from '../context';
import { localRunEnvironment } from '../source/environment';
import { makeOutputRepository, outputRepositoryOf } from '../source/output-repository';
import { type Snapshot, takeSnapshot } from '../source/snapshot';
import { stateFolder } from '../state-folder';
import { submitter } from '../submitter';
import { printableLine } from '../view/printable';
import type { CommitPlan } from './plan';

/** Publishes a request for each notebook; `onAccepted` hears of each as soon as it is. The caller closes the cloud. */
export async function submitCommit(
  context: Context,
  plan: CommitPlan,
  onAccepted: (request: CommitRequest) => void,
): Promise<Cloud> {
  const scratch = await mkdtemp(join(tmpdir(), 'mymlops-'));
  try {
    return await sendFrom(scratch, context, plan, onAccepted);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sendFrom(
  scratch: string,
  context: Context,
  plan: CommitPlan,
  onAccepted: (request: CommitRequest) => void,
): Promise<Cloud> {
  const { project, target, config } = plan;
  const state = stateFolder(context.env);
  const [snapshot, outputRepository, cloud] = await Promise.all([
    takeSnapshot({
      folder: project.folder,
      replaced: new Map(plan.notebooks.map(({ path, stripped }) => [path, stripped])),
      stateFolder: state,
      env: context.env,
      scratch,
    }),
    config.output_repository && outputRepositoryOf(config.output_repository, project.folder, context.env),
    openCloud(context, target),
    // Reading the libraries takes as long as git does.
    import('../google/bus'),
    import('../google/bucket'),
  ]);
  try {
    for (const { path, why } of snapshot.leftOut)
      context.talk(`Left out of the snapshot: ${printableLine(path)} (${why})`);
    if (target.project === LOCAL_PROJECT && outputRepository) {
      await makeOutputRepository(outputRepository, state, context.env);
    }
    const bus = await cloud.bus();
    await upload(cloud, snapshot, join(scratch, 'source.bundle'));
    for (const request of requestsOf(context, plan, snapshot, outputRepository)) {
      context.interrupted.throwIfAborted();
      await bus.publish(request);
      onAccepted(request);
    }
    return cloud;
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

async function upload(cloud: Cloud, snapshot: Snapshot, file: string): Promise<void> {
  const bucket = await cloud.bucket();
  const object = sourceObject(snapshot.source.tree);
  if (await bucket.exists(object)) return;
  await snapshot.writeBundle(file);
  await bucket.uploadNew(file, object);
}

function requestsOf(
  context: Context,
  { config, notebooks, shared, target }: CommitPlan,
  snapshot: Snapshot,
  outputRepository: CommitRequest['outputRepository'],
): CommitRequest[] {
  const now = new Date();
  const { instance } = config;
  return notebooks.map(({ path, codeCells }) => ({
    v: 1,
    type: 'commit',
    run: newRunId(now, randomInt),
    submittedBy: submitter(),
    submittedAt: now.toISOString(),
    notebook: path,
    codeCells,
    command: config.command,
    setup: config.setup,
    instance: {
      machineType: instance?.machine_type,
      zoneRegex: instance?.zone_regex,
      provisioning: instance?.provisioning ?? 'spot',
    },
    source: snapshot.source,
    outputRepository,
    environment: target.project === LOCAL_PROJECT ? localRunEnvironment(context.env) : undefined,
    ...shared,
  }));
}
