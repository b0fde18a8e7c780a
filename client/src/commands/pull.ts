// `pull`: the results of a run as files.
import { join, resolve } from 'node:path';
import { targetFromHere, withCloud } from '../cloud';
import { type Context, showJson } from '../context';
import { EXIT } from '../exit-codes';
import { findRun } from '../find-run';
import { attemptOf, listResults } from '../results/attempt-results';
import { downloadResults } from '../results/download';
import { printableLine } from '../view/printable';

export function pull(
  context: Context,
  text: string,
  folderName: string | undefined,
  options: { json?: boolean; force?: boolean },
): Promise<number> {
  return withCloud(context, targetFromHere(context), async (cloud) => {
    const { run, document } = await findRun(await cloud.runs(), text);
    const bucket = await cloud.bucket();
    const results = await listResults(bucket, run, document);
    const folder = resolve(context.cwd, folderName ?? run);
    const { files, leftOut, refused } = await downloadResults(results, {
      context,
      bucket,
      folder,
      replaces: options.force,
    });
    for (const path of leftOut) context.talk(`Left out, as part of a git repository: ${printableLine(path)}`);
    for (const { path, why } of refused) context.talk(`Left out: ${JSON.stringify(path)} is ${why}.`);
    if (!document.end) context.talk(`${run} is ${document.status}: these are the results so far.`);
    if (options.json) {
      const shown = files.map(({ path, size, sha256 }) => ({ path, size, sha256: sha256 ?? null }));
      showJson(context, { run, attempt: attemptOf(document), folder, files: shown, leftOut, refused });
    } else {
      context.talk(`${files.length} files of ${run}:`);
      context.data(files.map(({ path }) => `${printableLine(join(folder, path))}\n`).join(''));
    }
    return refused.length > 0 ? EXIT.error : EXIT.done;
  });
}
