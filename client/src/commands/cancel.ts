// `cancel`: asks for the end of runs.
import type { RunDocument } from '@mymlops/protocol';
import { targetFromHere, withCloud } from '../cloud';
import type { Context } from '../context';
import { EXIT } from '../exit-codes';
import { resolveRun } from '../find-run';
import { submitter } from '../submitter';

/**
 * All are resolved before the first is cancelled. A full id that nobody has seen is cancelled as well: its commit may be
 * on its way, and then ends as soon as it arrives.
 */
export function cancel(context: Context, texts: readonly string[]): Promise<number> {
  return withCloud(context, targetFromHere(context), async (cloud) => {
    const runs = await cloud.runs();
    const named = await Promise.all(texts.map((text) => resolveRun(runs, text)));
    const found = await Promise.all([...new Set(named)].map(async (run) => ({ run, document: await runs.get(run) })));
    const bus = await cloud.bus();
    for (const { run, document } of found) {
      const isKept = document?.live === true && (document.request?.keepSeconds ?? 0) > 0;
      if (document?.end && !isKept) {
        context.talk(`${run} has ended already: ${document.status}.`);
        continue;
      }
      await bus.publish({ v: 1, type: 'cancel', run, by: submitter(), at: new Date().toISOString() });
      context.talk(`${run} ${whatFollows(document)}`);
    }
    return EXIT.done;
  });
}

function whatFollows(document: RunDocument | null): string {
  if (!document) return 'was not seen yet; it will be cancelled when it arrives.';
  if (document.end) return `has ended already: ${document.status}. Its machine, which was kept, is deleted now.`;
  return 'will be cancelled. See: mymlops-client show';
}
