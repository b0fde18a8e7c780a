// `publish`: pushes results that a run's VM could not push, with the user's own git, and tells the deployment.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ATTEMPT_OBJECTS, PUBLISH_FILES, type RunDocument, attemptPrefix } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { Buckets } from '../google/bucket';
import type { FoundRun } from '../google/runs';
import { attemptWithResults, downloader, listResults } from '../results/attempt-results';
import { type Downloaded, downloadResults } from '../results/download';
import { pointIfLarge } from '../results/pointer';
import { pushResults } from '../results/publish';
import { withTempFolder } from '../files/temp-folder';
import { requireGitVersion } from '../git/git-version';
import { submitter } from '../runs/submitter';

const ARTIFACTS = 'artifacts/';

export function publish(context: Context, text: string): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const found = await findRun(await deployment.runs(), text);
    const { run, document } = found;
    const repository = document.request?.outputRepository;
    if (!repository)
      throw new ExpectedError(`${run} cannot be published: it was committed without an output_repository.`);
    if (!document.end)
      throw new ExpectedError(`${run} is ${document.status}. Publish it after it has ended.`, EXIT.notFinished);
    if (document.publication?.state === 'done') {
      context.notice(`${run} was already published as commit ${document.publication.commit}.`);
      return EXIT.done;
    }
    await requireGitVersion(context.env);
    return withTempFolder(context, async (tempFolder) => {
      const [files, clone] = await Promise.all([
        mkdtemp(join(tempFolder, 'files-')),
        mkdtemp(join(tempFolder, 'clone-')),
      ]);
      const { message, refused } = await gather(context, await deployment.buckets(), found, files);
      for (const { path, why } of refused) context.notice(`Left out: ${JSON.stringify(path)} is ${why}.`);
      const attempt = attemptWithResults(document) ?? 0;
      const { env, interrupted } = context;
      const commit = await pushResults({
        repository,
        run,
        attempt,
        files,
        message,
        env,
        tempFolder: clone,
        interrupted,
      });
      await (
        await deployment.bus()
      ).publish({ v: 1, type: 'published', run, commit, by: submitter(), at: new Date().toISOString() });
      context.notice(`${run} was published to ${repository.url} as commit ${commit}.`);
      return refused.length > 0 ? EXIT.error : EXIT.done;
    });
  });
}

/** Fills `folder` with the files for the repository, and returns the commit's message. */
async function gather(
  context: Context,
  buckets: Buckets,
  { run, document }: FoundRun,
  folder: string,
): Promise<{ message: string } & Pick<Downloaded, 'refused'>> {
  const prefix = `${attemptPrefix(run, attemptWithResults(document) ?? 0)}${ATTEMPT_OBJECTS.publish}`;
  const [metadata, message, results] = await Promise.all([
    buckets.results.read(`${prefix}${PUBLISH_FILES.metadata}`),
    buckets.results.read(`${prefix}${PUBLISH_FILES.message}`),
    listResults(buckets, run, document),
  ]);
  if (!metadata || !message) throw notPublishable(run, document);
  const wanted = results.filter(({ path }) => document.request?.artifacts || !path.startsWith(ARTIFACTS));
  const { files, refused } = await downloadResults(wanted, { context, bucket: downloader(buckets), folder });
  for (const file of files) await pointIfLarge(file, { bucket: buckets.results.name, folder });
  await writeFile(join(folder, PUBLISH_FILES.metadata), metadata);
  return { message: message.toString('utf8'), refused };
}

/** The control plane writes the commit's message with its result of a run; some runs end without one. */
function notPublishable(run: string, { live }: RunDocument): ExpectedError {
  return live
    ? new ExpectedError(`${run} cannot be published yet. Try again in a minute.`, EXIT.notFinished)
    : new ExpectedError(
        `${run} cannot be published: it ended without complete results. To download the files that it saved: mymlops-client pull ${run}`,
        EXIT.notFound,
      );
}
