// Ends everything that goes on: cancels runs, stops instances. Nothing is deleted.
import { counted } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT, worstOf } from '../core/exit-codes';
import { untilAborted } from '../core/interruption';
import { agree } from '../deployment/agreement';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import { describeFailure } from '../google/failures';
import { type Outcome, stopInstance } from '../instances/stop-instance';
import { submitter } from '../runs/submitter';
import { table } from '../view/table';
import { findLiveWork, type LiveItem, type LiveWork } from './live-work';

export interface EndOptions {
  /** Those of all users, not only the caller's. */
  everyone?: boolean;
  yes?: boolean;
}

export interface EndTools {
  open: typeof openDeployment;
  now(): Date;
  /** Milliseconds that it waits for VMs to be off. */
  patienceMs: number;
}

export const END_TOOLS: EndTools = { open: openDeployment, now: () => new Date(), patienceMs: 180_000 };

/** Lists what it will end, asks, and reports each outcome. One failure does not keep it from the others. May be called twice. */
export async function endWork(
  context: Context,
  { everyone = false, yes, withInstances }: EndOptions & { withInstances: boolean },
  tools: EndTools,
): Promise<number> {
  const deployment = await tools.open(context, targetFromHere(context));
  try {
    const search = findLiveWork(deployment, { withInstances, everyone, now: tools.now() });
    const work = await untilAborted(context.interrupted, search);
    for (const line of listedLines(work)) context.notice(line);
    if (work.items.length === 0) return EXIT.done;
    const unasked = 'Cannot ask without a terminal. To end them, add --yes.';
    await agree({ context, isAgreed: yes, ending: 'Nothing was ended.', unasked }, questionOf(work.items));
    const codes = await Promise.all(
      work.items.map(async (item) => {
        const { exitCode, message } = await endOne(context, deployment, item, tools);
        context.notice(message);
        return exitCode;
      }),
    );
    return worstOf(codes);
  } finally {
    await deployment.close();
  }
}

function listedLines({ items, others }: LiveWork): string[] {
  const rest = others > 0 ? [`${others} of other users: to end them too, add --everyone.`] : [];
  if (items.length === 0) return ['Nothing of yours goes on.', ...rest];
  const rows = items.map(({ kind, title, status, owner }) => [kind, title, status, owner]);
  return [...table(['KIND', 'NAME', 'STATUS', 'OWNER'], rows).trimEnd().split('\n'), ...rest];
}

function questionOf(items: readonly LiveItem[]): string {
  const count = (wanted: LiveItem['kind']): number => items.filter(({ kind }) => kind === wanted).length;
  const [runs, instances] = [count('run'), count('instance')];
  const parts = [
    ...(runs > 0 ? [`cancel ${counted(runs, 'run')}`] : []),
    ...(instances > 0 ? [`stop ${counted(instances, 'instance')} (with its disk kept)`] : []),
  ];
  const text = parts.join(' and ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}

async function endOne(context: Context, deployment: Deployment, item: LiveItem, tools: EndTools): Promise<Outcome> {
  const { interrupted } = context;
  try {
    if (item.kind === 'instance') {
      const limit = AbortSignal.timeout(tools.patienceMs);
      const { id: name, document } = item;
      return await stopInstance({ deployment, name, document, interrupted, limit, now: tools.now() });
    }
    const bus = await deployment.bus();
    const request = { v: 1, type: 'cancel', run: item.id, by: submitter(), at: tools.now().toISOString() } as const;
    await untilAborted(interrupted, bus.publish(request));
    return { exitCode: EXIT.done, message: `${item.title} will be cancelled. See: mymlops-client show ${item.id}` };
  } catch (error) {
    const code = interrupted.aborted ? EXIT.interrupted : EXIT.error;
    return { exitCode: code, message: `${item.title} was not ended: ${describeFailure(error, context.env)}` };
  }
}
