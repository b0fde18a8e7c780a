// The project on a new instance: a snapshot of its folder, or a repository that the VM clones.
import { join } from 'node:path';
import { type InstanceSpec, LOCAL_PROJECT } from '@mymlops/protocol';
import type { ProjectConfig } from '../config/project-config';
import type { StartConfig } from '../config/schema';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { untilAborted } from '../core/interruption';
import type { Deployment } from '../deployment/connect';
import { withTempFolder } from '../files/temp-folder';
import { outputRepositoryOf } from '../git/output-repository';
import { requireGitVersion } from '../git/git-version';
import { localPath } from '../git/repository-address';
import { requireShortPath } from '../local/path-limits';
import { stateFolder } from '../local/state-folder';
import { requireFreeSpace } from '../local/state-folder-check';
import { snapshotCacheFilesOf } from '../snapshot/cache-folder';
import { deployKeyFiles } from '../snapshot/deploy-keys';
import { lookUpIn } from '../snapshot/look-up';
import { sendSnapshot } from '../snapshot/parts';
import { takeSnapshot } from '../snapshot/snapshot';
import { printableLine } from '../view/printable';

export interface SourceQuestion {
  context: Context;
  project: ProjectConfig;
  config: Pick<StartConfig, 'repository'>;
  target: Target;
  deployment: Pick<Deployment, 'buckets' | 'runs'>;
}

type Source = Pick<InstanceSpec, 'source' | 'repository'>;

/** Sends the snapshot, if it is one. Throws ExpectedError. May be called twice: an equal snapshot is sent once. */
export async function provideSource(question: SourceQuestion): Promise<Source> {
  const { context, project, config, target } = question;
  const { repository } = config;
  if (!repository) return { source: await provideSnapshot(question) };
  const path = localPath(repository.url, project.folder, context.env);
  if (path !== null && target.project !== LOCAL_PROJECT) {
    throw new ExpectedError(
      `start.repository.url is ${repository.url}, which a VM on Google Cloud cannot reach. Use an https address, or remove start.repository to send this folder.`,
    );
  }
  if (repository.deploy_key !== undefined || (path === null && !/^https:/i.test(repository.url))) {
    context.notice(
      'start.repository needs a key, which the VM of an instance does not get: it gets a snapshot of this folder instead.',
    );
    return { source: await provideSnapshot(question) };
  }
  const { url, branch, author } = await outputRepositoryOf(repository, project.folder, context.env);
  return { repository: { url, branch, author } };
}

function provideSnapshot({ context, project, target, deployment }: SourceQuestion): Promise<InstanceSpec['source']> {
  const { env, interrupted } = context;
  return withTempFolder(context, async (tempFolder) => {
    const state = stateFolder(env);
    if (target.project === LOCAL_PROJECT) requireFreeSpace(state);
    await requireGitVersion(env);
    const cacheFiles = snapshotCacheFilesOf(state, project.folder);
    const snapshot = await takeSnapshot({
      ...{ folder: project.folder, stateFolder: state, env, tempFolder, replaced: new Map<string, Buffer>() },
      secretFiles: deployKeyFiles(project.config, project.folder, env),
      cacheFile: cacheFiles.fileCache,
    });
    requireShortPath(snapshot.longestPath, target.project === LOCAL_PROJECT ? state : null);
    for (const warning of snapshot.warnings) context.notice(printableLine(warning));
    const [{ results: bucket }, runs] = await Promise.all([deployment.buckets(), deployment.runs()]);
    const file = join(tempFolder, 'source.bundle');
    const sending = { bucket, lookUp: lookUpIn(bucket, runs), partsFile: cacheFiles.parts, file };
    const parts = await untilAborted(interrupted, sendSnapshot(sending, snapshot));
    return { ...snapshot.source, ...(parts && { parts }) };
  });
}
