// `why`: which signal keeps an instance on, or why it was stopped, in words.
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { INSTANCE_TOOLS, type InstanceTools, withInstance } from '../instances/find-instance';
import { newestSignals } from '../view/instance-signals';
import { whyLines } from '../view/instance-why';
import { showJson } from '../view/show-json';

export function why(
  context: Context,
  name: string,
  { json }: { json?: boolean },
  tools: InstanceTools = INSTANCE_TOOLS,
): Promise<number> {
  return withInstance(context, name, tools.open, async ({ document }) => {
    if (json) {
      const { status, reason, message, stop, until, proposal, stopsAt } = document;
      const told = newestSignals(document);
      showJson(context, { name, status, reason, message, stopsAt, until, proposal, stop, ...told });
    } else
      context.print(
        whyLines(name, document, tools.now())
          .map((line) => `${line}\n`)
          .join(''),
      );
    return EXIT.done;
  });
}
