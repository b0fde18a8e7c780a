// Tells the user the way to the services of an instance that is ready.
import type { InstanceDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import type { Deployment } from '../deployment/connect';
import { ownEndText, servicesText } from '../view/instance-lines';
import { type Launch, openInBrowser } from './browser';
import type { StartOptions, StartPlan } from './plan-start';
import { readToken, waysTo, withToken } from './way';

export interface OpeningTools {
  launch: Launch;
  /** Milliseconds that a browser has to come, and `--detach` waits. */
  patienceMs: number;
}

export interface Opening {
  context: Context;
  open: Pick<Deployment, 'buckets'>;
  plan: Pick<StartPlan, 'target'>;
  options: Pick<StartOptions, 'open' | 'showToken'>;
  name: string;
  tools: OpeningTools;
}

/** Prints the addresses, and opens the first one with --open. */
export async function openWay(
  { context, open, plan, options, name, tools }: Opening,
  document: InstanceDocument,
): Promise<number> {
  const ways = waysTo(document, plan.target);
  const needsToken = (options.showToken || options.open) && ways.some(({ takesToken }) => takesToken);
  const token = needsToken ? await readToken((await open.buckets()).results, name, document) : undefined;
  if (needsToken && token === undefined) {
    context.notice(`The token of ${name} is not in the bucket yet. Repeat the command in a minute.`);
  }
  const faults = servicesText(document);
  context.notice(faults.length > 0 ? `${name} is ready, but: ${faults.join(', ')}` : `${name} is ready.`);
  if (ways.length === 0) context.notice(`${name} has no services: add some to start.services in mymlops.yml.`);
  const full = (url: string, takesToken: boolean): string =>
    takesToken && token !== undefined ? withToken(url, token) : url;
  for (const { service, url, takesToken, tunnel } of ways) {
    if (tunnel !== undefined) {
      context.notice(
        `${service}: mymlops has no tunnel of its own yet. Open one in another terminal, and keep it open:`,
      );
      context.notice(`  ${tunnel}`);
    } else context.notice(`${service}:`);
    context.print(`${options.showToken ? full(url, takesToken) : url}\n`);
  }
  if (!options.showToken && ways.some(({ takesToken }) => takesToken)) {
    context.notice('The page asks for a token. To see it in the address: --show-token');
  }
  context.notice(ownEndText(document));
  context.notice(`  to stop it: mymlops-client stop ${name}`);
  const [first] = ways;
  if (!options.open || !first) return EXIT.done;
  if (first.tunnel !== undefined) {
    context.notice('--open cannot open it before the tunnel stands: open the address yourself.');
    return EXIT.done;
  }
  const limit = AbortSignal.timeout(tools.patienceMs);
  const { launch } = tools;
  const { interrupted } = context;
  if (await openInBrowser(full(first.url, first.takesToken), { launch, interrupted, limit })) return EXIT.done;
  context.notice('The browser did not come. Open the address yourself.');
  return EXIT.done;
}
