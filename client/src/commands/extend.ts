// `extend`: keeps an instance on, busy or not.
import { type InstanceDocument, INSTANCE_SECONDS } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { awaitDocument } from '../following/await-document';
import { durationOption } from '../instances/duration-option';
import { INSTANCE_TOOLS, type InstanceTools, withInstance } from '../instances/find-instance';
import { plannedEnd } from '../instances/plan-extension';
import { extendRequestOf } from '../instances/request';
import { isWanted } from '../view/instance-facts';
import { localTime } from '../view/times';

/** From now on for `text`, such as 2h. An earlier extension that lasts longer stays. May be called twice. */
export function extend(
  context: Context,
  name: string,
  text: string,
  tools: InstanceTools = INSTANCE_TOOLS,
): Promise<number> {
  const seconds = durationOption('The time', text, { least: 60, ...INSTANCE_SECONDS.max });
  return withInstance(context, name, tools.open, async ({ deployment, document }) => {
    const { uid, started, until } = document;
    const untilMs = plannedEnd(name, document, seconds, tools.now());
    const stays = (at: string): void =>
      context.notice(`${name} stays on until ${localTime(at)}, busy or not. Then the usual rules hold again.`);
    if (until?.period === started && Date.parse(until.at) >= untilMs) {
      stays(until.at);
      return EXIT.done;
    }
    await (await deployment.bus()).publish(extendRequestOf({ name, uid }, started, untilMs, tools.now()));
    const { watch } = await deployment.instances();
    const awaited = await awaitDocument<InstanceDocument, { at?: string }>({
      ...{ deployment, watch, id: name, interrupted: context.interrupted },
      limit: AbortSignal.timeout(tools.patienceMs),
      reached: (newest) => {
        if (!newest || newest.uid !== uid || !isWanted(newest) || newest.started !== started) return {};
        const at = newest.until?.period === started ? newest.until.at : undefined;
        return at !== undefined && Date.parse(at) >= untilMs ? { at } : undefined;
      },
    });
    if (awaited.why === 'reached') {
      const { at } = awaited.result;
      if (at === undefined) {
        context.notice(`${name} was stopped before the extension came. To start it: mymlops-client start ${name}`);
        return EXIT.notFinished;
      }
      stays(at);
      return EXIT.done;
    }
    context.notice(`The extension of ${name} was sent, and has not arrived yet. See: mymlops-client ps`);
    return awaited.why === 'interrupted' ? EXIT.interrupted : EXIT.notFinished;
  });
}
