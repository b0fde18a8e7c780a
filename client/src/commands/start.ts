// `start`: opens an instance; starts it, or creates it, where that is needed. One command, which may be repeated.
import { randomInt } from 'node:crypto';
import { type InstanceDocument, KNOWS_INSTANCES_SINCE } from '@mymlops/protocol';
import { describeTarget } from '../config/target';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { type Deployment, openDeployment } from '../deployment/connect';
import { requireVersion } from '../deployment/require-version';
import { awaitDocument } from '../following/await-document';
import { launchBrowser } from '../instances/browser';
import { joinOther } from '../instances/decide-start';
import { type FollowedStart, followStart, leftOnLines, unreadyLines } from '../instances/follow-start';
import { type Opening, openWay, type OpeningTools } from '../instances/open-way';
import { planStart, type StartOptions } from '../instances/plan-start';
import { type SendingTools, sendStart, type SentStart } from '../instances/send-start';
import { isKnown } from '../instances/start-outcome';
import { printableLine } from '../view/printable';

export interface StartTools extends SendingTools, OpeningTools {
  open: typeof openDeployment;
}

const TOOLS: StartTools = {
  ...{ open: openDeployment, launch: launchBrowser, patienceMs: 30_000 },
  ...{ randomInt: (below) => randomInt(below), now: () => new Date() },
};

/** Prints the address of each service; with --detach the name. */
export async function start(
  context: Context,
  given: string | undefined,
  options: StartOptions,
  tools: StartTools = TOOLS,
): Promise<number> {
  const plan = planStart(context, given, options);
  context.notice(describeTarget(plan.target));
  for (const notice of plan.notices) context.notice(notice);
  let deployment = await tools.open(context, plan.target);
  try {
    await requireVersion(deployment, KNOWS_INSTANCES_SINCE, 'know instances');
    let sent = await sendStart(context, deployment, plan, { isNew: options.new === true, tools });
    if (options.detach) return await detach(context, deployment, sent, tools);
    for (;;) {
      const { name, wanted, ...started } = sent;
      const end = await followStart(
        { context, target: plan.target, deployment, name, started },
        async (followed, open) =>
          followed.why === 'other'
            ? followed.document
            : finish({ context, open, plan, options, name, tools }, followed),
      );
      if (typeof end === 'number') return end;
      if (wanted) joinOther(name, end, wanted);
      context.notice(`${end.owner ?? 'Another user'} created ${name} at the same moment: it is the same.`);
      sent = { name, uid: end.uid ?? started.uid, period: end.started };
      // The first one is closed.
      deployment = await tools.open(context, plan.target);
    }
  } finally {
    await deployment.close();
  }
}

async function detach(
  context: Context,
  deployment: Deployment,
  { name, ...started }: SentStart,
  { patienceMs }: StartTools,
): Promise<number> {
  const { watch } = await deployment.instances();
  const { interrupted } = context;
  const limit = AbortSignal.timeout(patienceMs);
  const reached = (document: InstanceDocument | null): true | undefined => isKnown(document, started) || undefined;
  const { why } = await awaitDocument({ deployment, watch, id: name, interrupted, limit, reached });
  if (why === 'late') context.notice(`${name} was accepted, but has not been seen yet. See: mymlops-client ps`);
  context.print(`${name}\n`);
  return why === 'interrupted' ? EXIT.interrupted : EXIT.done;
}

async function finish(ending: Opening, followed: FollowedStart): Promise<number> {
  const { context, open, name } = ending;
  const say = (lines: readonly string[]): void => lines.forEach((line) => context.notice(line));
  switch (followed.why) {
    case 'interrupted':
      say(leftOnLines(name, followed.document));
      return EXIT.interrupted;
    case 'ended':
      say([`${name}: ${followed.document.status}. ${printableLine(followed.document.message)}`]);
      return EXIT.runFailed;
    case 'unready':
      say(await unreadyLines(name, followed.document, open, context.interrupted));
      return EXIT.runFailed;
    default:
      return openWay(ending, followed.document);
  }
}
