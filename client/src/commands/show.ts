// `show`: prints everything about one run.
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import { showRunsJson } from '../view/run-json';
import { fullLines } from '../view/run-lines';

export function show(context: Context, text: string, options: { json?: boolean }): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const runs = await deployment.runs();
    const { run, document } = await findRun(runs, text);
    const retriedBy = document.end ? await runs.retriesOf(run) : [];
    if (options.json) showRunsJson(context, { run, document, ...(retriedBy.length > 0 && { retriedBy }) });
    else {
      const lines = fullLines(run, document, { now: new Date(), retriedBy, columns: context.columns() });
      context.print(`${lines.join('\n')}\n`);
    }
    return EXIT.done;
  });
}
