// `cancel`: asks for the end of runs.
import { targetFromHere, withCloud } from '../cloud';
import type { Context } from '../context';
import { EXIT } from '../exit-codes';
import { findRun } from '../find-run';
import { submitter } from '../submitter';

/** All are found before the first is cancelled. */
export function cancel(context: Context, texts: readonly string[]): Promise<number> {
  return withCloud(context, targetFromHere(context), async (cloud) => {
    const runs = await cloud.runs();
    const found = await Promise.all(texts.map((text) => findRun(runs, text)));
    const bus = await cloud.bus();
    for (const { run, document } of found) {
      if (document.end) {
        context.talk(`${run} has ended already: ${document.status}.`);
        continue;
      }
      await bus.publish({ v: 1, type: 'cancel', run, by: submitter(), at: new Date().toISOString() });
      context.talk(`${run} will be cancelled. See: mymlops-client show ${run}`);
    }
    return EXIT.done;
  });
}
