// `cancel`: requests the end of runs.
import type { RunDocument } from '@mymlops/protocol';
import { targetFromHere, withDeployment } from '../deployment/connect';
import type { Context } from '../core/context';
import { EXIT, worstOf } from '../core/exit-codes';
import { absenceOf, resolveRun } from '../runs/find-run';
import type { Bus } from '../google/bus';
import type { RunReader } from '../google/runs';
import { submitter } from '../runs/submitter';
import { keptUntilOf } from '../view/kept-vm';
import { runTitle } from '../view/run-title';

/**
 * Resolves all ids before it cancels the first run. A full id without a document is cancelled too: its commit may be on
 * the way, and then ends as soon as it arrives.
 */
export function cancel(context: Context, texts: readonly string[]): Promise<number> {
  return withDeployment(context, targetFromHere(context), async (deployment) => {
    const runs = await deployment.runs();
    const named = await Promise.all(texts.map((text) => resolveRun(runs, text)));
    const found = await Promise.all([...new Set(named)].map(async (run) => ({ run, document: await runs.get(run) })));
    const bus = await deployment.bus();
    const codes: number[] = [];
    for (const { run, document } of found) {
      const answer = document ? await cancelKnown(bus, run, document) : await cancelUnseen(bus, runs, run);
      context.notice(answer.message);
      codes.push(answer.exitCode);
    }
    return worstOf(codes);
  });
}

interface Answer {
  exitCode: number;
  message: string;
}

const ask = (bus: Bus, run: string): Promise<void> =>
  bus.publish({ v: 1, type: 'cancel', run, by: submitter(), at: new Date().toISOString() });

async function cancelKnown(bus: Bus, run: string, document: RunDocument): Promise<Answer> {
  const { end, status } = document;
  const isKept = keptUntilOf(document, new Date()) !== undefined;
  const title = runTitle(run, document);
  const ended = `${title} has already ended: ${status}.`;
  if (end && !isKept) return { exitCode: EXIT.done, message: ended };
  await ask(bus, run);
  const kept = `${ended} The VM that was kept for it is now being deleted.`;
  return { exitCode: EXIT.done, message: end ? kept : `${title} will be cancelled. See: mymlops-client show ${run}` };
}

async function cancelUnseen(bus: Bus, runs: RunReader, run: string): Promise<Answer> {
  const { mayArrive, isExpected, message } = await absenceOf(runs, run);
  if (!mayArrive) return { exitCode: EXIT.notFound, message };
  await ask(bus, run);
  return isExpected
    ? { exitCode: EXIT.done, message: `${run} has not arrived yet; it will be cancelled when it does.` }
    : { exitCode: EXIT.notFound, message: `There is no run ${run}. If it still arrives, it will be cancelled.` };
}
