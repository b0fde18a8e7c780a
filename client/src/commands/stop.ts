// `stop`: switches the VM of an instance off. Its disk stays.
import type { Context } from '../core/context';
import { INSTANCE_TOOLS, type InstanceTools, withInstance } from '../instances/find-instance';
import { stopInstance } from '../instances/stop-instance';

export function stop(context: Context, name: string, tools: InstanceTools = INSTANCE_TOOLS): Promise<number> {
  return withInstance(context, name, tools.open, async ({ deployment, document }) => {
    const limit = AbortSignal.timeout(tools.patienceMs);
    const { interrupted } = context;
    const outcome = await stopInstance({ deployment, name, document, interrupted, limit, now: tools.now() });
    context.notice(outcome.message);
    return outcome.exitCode;
  });
}
