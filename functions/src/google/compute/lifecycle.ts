// Makes VMs and deletes them.
import type { Compute } from '../../ports/compute';
import { insertRefusal } from './failures';
import { operationIn, type ComputeCalls } from './clients';

export function lifecycleOf(compute: ComputeCalls): Pick<Compute, 'insert' | 'delete' | 'deleteDisk'> {
  const { project } = compute;
  return {
    async insert(zone, requestId, body) {
      try {
        const accepted = await compute.ask('instances.insert', ({ instances }) =>
          instances.insert({ project, zone, requestId, instanceResource: body }),
        );
        const { targetId } = accepted[0].latestResponse as { targetId?: unknown };
        return { operation: operationIn(accepted), ...(targetId !== undefined && { id: String(targetId) }) };
      } catch (error) {
        return insertRefusal(error);
      }
    },

    async delete(zone, name) {
      const accepted = await compute.find('instances.delete', ({ instances }) =>
        instances.delete({ project, zone, instance: name }),
      );
      return accepted && operationIn(accepted);
    },

    async deleteDisk(zone, name) {
      const accepted = await compute.find('disks.delete', ({ disks }) => disks.delete({ project, zone, disk: name }));
      return accepted && operationIn(accepted);
    },
  };
}
