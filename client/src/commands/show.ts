// `show`: one run in full.
import { targetFromHere, withCloud } from '../cloud';
import { type Context, showJson } from '../context';
import { EXIT } from '../exit-codes';
import { findRun } from '../find-run';
import { fullLines } from '../view/run-lines';

export function show(context: Context, text: string, options: { json?: boolean }): Promise<number> {
  return withCloud(context, targetFromHere(context), async (cloud) => {
    const { run, document } = await findRun(await cloud.runs(), text);
    if (options.json) showJson(context, { run, ...document });
    else context.data(`${fullLines(run, document).join('\n')}\n`);
    return EXIT.done;
  });
}
