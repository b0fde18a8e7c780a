// `pull`: downloads the results of a run.
import { join, resolve } from 'node:path';
import { type RunDocument, counted } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import { type ResultFile, attemptWithResults, downloader, listResults } from '../results/attempt-results';
import { type Downloaded, downloadResults } from '../results/download';
import { openEarlierPulls } from '../results/earlier-pulls';
import { ignoresItself, makeOwnFolder } from '../results/own-folder';
import { areSentAlong } from '../results/sent-along';
import { stateFolder } from '../local/state-folder';
import { printableLine } from '../view/printable';

interface PullOptions {
  json?: boolean;
  force?: boolean;
}

export function pull(
  context: Context,
  text: string,
  folderName: string | undefined,
  options: PullOptions,
): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const { run, document } = await findRun(await deployment.runs(), text);
    const buckets = await deployment.buckets();
    const results = await listResults(buckets, run, document);
    const folder = resolve(context.cwd, folderName ?? run);
    const earlier = openEarlierPulls(stateFolder(context.env), { run, folder });
    makeOwnFolder(folder, results);
    const downloaded = await downloadResults(results, {
      context,
      bucket: downloader(buckets),
      folder,
      replaces: options.force,
      // The results of a run that has ended are final, so nothing needs to be noted.
      earlier: document.live ? earlier : { wrote: earlier.wrote, add: () => undefined },
    });
    const gone = goneOf(earlier.paths(), results);
    if (!document.live) earlier.forget();
    sayExceptions(context, { run, document }, downloaded, gone);
    if (!ignoresItself(folder) && (await areSentAlong(context, folder, downloaded.fetched))) {
      context.notice(
        'git does not ignore these results, so the next commit will send them too. To keep them out, pull into a new folder, or add the folder to .gitignore.',
      );
    }
    const { files, fetched, leftOut, refused } = downloaded;
    if (options.json) {
      const shown = files.map(({ path, size, sha256 }) => ({ path, size, sha256: sha256 ?? null }));
      showJson(context, { run, attempt: attemptWithResults(document), folder, files: shown, leftOut, refused });
    } else {
      context.notice(`${counted(files.length, 'file')} of ${run}${fetched.length > 0 ? '' : ', already up to date'}:`);
      context.print(files.map(({ path }) => `${printableLine(join(folder, path))}\n`).join(''));
    }
    return refused.length > 0 ? EXIT.error : EXIT.done;
  });
}

/** Files that an earlier pull wrote and that are no longer among the results, for example because their attempt was lost. */
function goneOf(pulled: readonly string[], results: readonly ResultFile[]): string[] {
  const there = new Set(results.map(({ path }) => path));
  return pulled.filter((path) => !there.has(path));
}

function sayExceptions(
  { notice }: Pick<Context, 'notice'>,
  { run, document }: { run: string; document: RunDocument },
  { leftOut, refused }: Pick<Downloaded, 'leftOut' | 'refused'>,
  gone: readonly string[],
): void {
  for (const path of leftOut) notice(`Left out because it is part of a git repository: ${printableLine(path)}`);
  for (const { path, why } of refused) notice(`Left out: ${JSON.stringify(path)} is ${why}.`);
  for (const path of gone)
    notice(`No longer a result of ${run}, left as an earlier pull wrote it: ${printableLine(path)}`);
  if (!document.end) notice(`${run} is ${document.status}: these are the results so far.`);
}
