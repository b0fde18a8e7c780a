// `rm`: removes runs that have ended, with everything that the deployment stores of them. Pushed results stay in the git
// repository.
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import type { Context } from '../core/context';
import { keptUntilOf } from '../view/kept-vm';
import { runTitle } from '../view/run-title';
import { showJson } from '../view/show-json';
import { localTime } from '../view/times';
import { ExpectedError } from '../core/errors';
import { EXIT, worstOf } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { RunReader, FoundRun } from '../google/runs';
import { withReconnect } from '../deployment/reconnect';
import type { RemovalEnd } from '../following/await-removal';
import { awaitRemoval, describeDependentRun } from '../runs/await-removal';
import { submitter } from '../runs/submitter';

/** One of the runs; if there is no such run, its word on the command line. */
interface Item {
  run: string;
  /** Names it to the user; absent if there is no such run. */
  title?: string;
  /** Absent while the removal is under way. */
  outcome?: { exitCode: number; message: string };
}

/** Removes each run that can be removed, also if another one cannot. An ambiguous RUN stops the command before the first. */
export async function rm(context: Context, texts: readonly string[], options: { json?: boolean }): Promise<number> {
  const target = targetFromHere(context);
  const deployment = await openDeployment(context, target);
  let items: Item[] | undefined;
  await withReconnect({ context, target, deployment, say: context.notice }, async (open) => {
    const { interrupted } = context;
    items ??= await itemsOf(await open.runs(), texts);
    await Promise.all(items.map((item) => removeItem(item, open, interrupted)));
  });
  return report(context, items ?? [], options);
}

async function itemsOf(runs: RunReader, texts: readonly string[]): Promise<Item[]> {
  const items = await Promise.all(texts.map((text) => itemOf(runs, text)));
  return [...new Map(items.map((item) => [item.run, item])).values()];
}

async function itemOf(runs: RunReader, text: string): Promise<Item> {
  try {
    const found = await findRun(runs, text);
    const obstacle = obstacleTo(found) ?? (await describeDependentRun(runs, found.run));
    const title = runTitle(found.run, found.document);
    return { run: found.run, title, ...(obstacle && { outcome: { exitCode: EXIT.notFinished, message: obstacle } }) };
  } catch (error) {
    const codes: number[] = [EXIT.notFound, EXIT.notFinished];
    if (!(error instanceof ExpectedError) || !codes.includes(error.exitCode)) throw error;
    return { run: text, outcome: { exitCode: error.exitCode, message: error.message } };
  }
}

/** Why the run cannot be removed now, and what to do; undefined if it can. */
function obstacleTo({ run, document }: FoundRun): string | undefined {
  const { live, removing, end, status } = document;
  if (!live || removing) return undefined;
  if (!end) return `${run} is ${status}. End it first: mymlops-client cancel ${run}`;
  const keptUntil = keptUntilOf(document, new Date());
  if (keptUntil !== undefined)
    return `The VM of ${run} is kept until ${localTime(keptUntil)}. Release it first: mymlops-client cancel ${run}`;
  return `${run} has ended, but its VM is not deleted yet. Try again in a minute.`;
}

const OUTCOMES: Record<RemovalEnd, (run: string) => NonNullable<Item['outcome']>> = {
  removed: (run) => ({ exitCode: EXIT.done, message: `${run} was removed.` }),
  live: (run) => ({
    exitCode: EXIT.notFinished,
    message: `${run} was not removed: it is active again. See: mymlops-client show ${run}`,
  }),
  late: (run) => ({
    exitCode: EXIT.notFinished,
    message: `${run} is not removed yet; the removal continues. See: mymlops-client show ${run}`,
  }),
  interrupted: (run) => ({
    exitCode: EXIT.interrupted,
    message: `Removal of ${run} continues in the background. See: mymlops-client show ${run}`,
  }),
};

/** May be called again for an item without an outcome: requesting a removal twice is the same as once. */
async function removeItem(item: Item, deployment: Deployment, interrupted: AbortSignal): Promise<void> {
  if (item.outcome) return;
  const { run } = item;
  const bus = await deployment.bus();
  await bus.publish({ v: 1, type: 'remove', run, by: submitter(), at: new Date().toISOString() });
  const end = await awaitRemoval({ deployment, run, interrupted });
  // A retry may have arrived after our check: the deployment then refuses without an answer.
  const dependent = end === 'late' ? await describeDependentRun(await deployment.runs(), run) : undefined;
  item.outcome = dependent === undefined ? OUTCOMES[end](run) : { exitCode: EXIT.notFinished, message: dependent };
}

function report(context: Context, items: readonly Item[], options: { json?: boolean }): number {
  const results = items.map(({ run, outcome }) => {
    const { exitCode, message } = outcome ?? OUTCOMES.late(run);
    return { run, removed: exitCode === EXIT.done, exitCode, message };
  });
  results.forEach(({ run, removed, message }, index) => {
    const title = items[index]?.title;
    context.notice(removed && title !== undefined ? message.replace(run, () => title) : message);
  });
  if (options.json) showJson(context, results);
  return worstOf(results.map(({ exitCode }) => exitCode));
}
