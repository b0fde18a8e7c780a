// `delete`: deletes an instance with its VM and its disk. Asks first, unless --yes.
import type { InstanceDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { agree } from '../deployment/agreement';
import { awaitDocument } from '../following/await-document';
import { INSTANCE_TOOLS, type InstanceTools, withInstance } from '../instances/find-instance';
import { deleteRequestOf } from '../instances/request';
import { submitter } from '../runs/submitter';
import { isOn } from '../view/instance-facts';

/** May be called twice: one that is being deleted is waited for. */
export function deleteInstance(
  context: Context,
  name: string,
  { yes }: { yes?: boolean },
  tools: InstanceTools = INSTANCE_TOOLS,
): Promise<number> {
  return withInstance(context, name, tools.open, async ({ deployment, document }) => {
    const { uid } = document;
    if (!document.deletion) {
      const unasked = `Cannot ask without a terminal. To delete ${name} with its disk, add --yes.`;
      await agree({ context, isAgreed: yes, ending: 'Nothing was deleted.', unasked }, questionOf(name, document));
      await (await deployment.bus()).publish(deleteRequestOf({ name, uid }, tools.now()));
    }
    const { watch } = await deployment.instances();
    const reached = (newest: InstanceDocument | null): true | undefined => {
      const isGone = !newest || newest.uid !== uid || newest.status === 'deleted';
      return isGone || undefined;
    };
    const { why } = await awaitDocument<InstanceDocument, true>({
      ...{ deployment, watch, id: name, interrupted: context.interrupted, reached },
      limit: AbortSignal.timeout(tools.patienceMs),
    });
    if (why === 'reached') {
      context.notice(`${name} is deleted, with its VM and its disk. The name is free.`);
      return EXIT.done;
    }
    context.notice(`${name} is being deleted; this goes on by itself. See: mymlops-client ps`);
    return why === 'interrupted' ? EXIT.interrupted : EXIT.notFinished;
  });
}

function questionOf(name: string, document: InstanceDocument): string {
  const { owner } = document;
  const whose = owner === undefined || owner === submitter() ? '' : ` of ${owner}`;
  const on = isOn(document) ? ' Its VM is on.' : '';
  return `Delete ${name}${whose} with its disk and all that is on it?${on}`;
}
