// `rm`: removes runs that are over, with what they left in the deployment. What was pushed to a git repository stays.
import type { RunDocument } from '@mymlops/protocol';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import { type Context, showJson } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT, worstOf } from '../core/exit-codes';
import { findRun } from '../runs/find-run';
import type { Runs, StoredRun } from '../google/runs';
import { withReconnect } from '../deployment/reconnect';
import { awaitRemoval, describeDependentRun, type RemovalEnd } from '../runs/await-removal';
import { submitter } from '../runs/submitter';

/** One of the runs, or what stands for it on the command line where there is no such run. */
interface Item {
  run: string;
  /** Absent while the removal is under way. */
  outcome?: { exitCode: number; message: string };
}

/** What can be removed is removed, also where another of the runs cannot; an unclear RUN stops all before the first. */
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

async function itemsOf(runs: Runs, texts: readonly string[]): Promise<Item[]> {
  const items = await Promise.all(texts.map((text) => itemOf(runs, text)));
  return [...new Map(items.map((item) => [item.run, item])).values()];
}

async function itemOf(runs: Runs, text: string): Promise<Item> {
  try {
    const found = await findRun(runs, text);
    const obstacle = obstacleTo(found) ?? (await describeDependentRun(runs, found.run));
    return { run: found.run, ...(obstacle && { outcome: { exitCode: EXIT.notFinished, message: obstacle } }) };
  } catch (error) {
    const codes: number[] = [EXIT.notFound, EXIT.notFinished];
    if (!(error instanceof ExpectedError) || !codes.includes(error.exitCode)) throw error;
    return { run: text, outcome: { exitCode: error.exitCode, message: error.message } };
  }
}

/** Why the run cannot be removed now, and what to do; undefined where it can. */
function obstacleTo({ run, document }: StoredRun): string | undefined {
  const { live, removing, end, status, request }: RunDocument = document;
  if (!live || removing) return undefined;
  if (!end) return `${run} is ${status}. End it first: mymlops-client cancel ${run}`;
  if (request?.keepSeconds) return `${run} keeps its machine. Release that first: mymlops-client cancel ${run}`;
  return `${run} has ended, but its machine is not gone yet. Try again in a minute.`;
}

const OUTCOMES: Record<RemovalEnd, (run: string) => NonNullable<Item['outcome']>> = {
  removed: (run) => ({ exitCode: EXIT.done, message: `${run} is removed.` }),
  live: (run) => ({
    exitCode: EXIT.notFinished,
    message: `${run} was not removed: it has come to life. See: mymlops-client show ${run}`,
  }),
  late: (run) => ({
    exitCode: EXIT.notFinished,
    message: `${run} is not removed yet; mymlops goes on with it. See: mymlops-client show ${run}`,
  }),
  interrupted: (run) => ({
    exitCode: EXIT.interrupted,
    message: `${run} is being removed without this terminal. See: mymlops-client show ${run}`,
  }),
};

/** May be called again for what has no outcome yet: a removal that is asked for twice is one. */
async function removeItem(item: Item, deployment: Deployment, interrupted: AbortSignal): Promise<void> {
  if (item.outcome) return;
  const { run } = item;
  const bus = await deployment.bus();
  await bus.publish({ v: 1, type: 'remove', run, by: submitter(), at: new Date().toISOString() });
  const end = await awaitRemoval({ deployment, run, interrupted });
  // A retry that came after we had looked: the deployment refuses without a word.
  const dependent = end === 'late' ? await describeDependentRun(await deployment.runs(), run) : undefined;
  item.outcome = dependent === undefined ? OUTCOMES[end](run) : { exitCode: EXIT.notFinished, message: dependent };
}

function report(context: Context, items: readonly Item[], options: { json?: boolean }): number {
  const results = items.map(({ run, outcome }) => {
    const { exitCode, message } = outcome ?? OUTCOMES.late(run);
    return { run, removed: exitCode === EXIT.done, exitCode, message };
  });
  for (const { message } of results) context.notice(message);
  if (options.json) showJson(context, results);
  return worstOf(results.map(({ exitCode }) => exitCode));
}
