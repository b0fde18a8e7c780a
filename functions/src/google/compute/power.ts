// Switches VMs on and off, and changes what may be changed between two periods: time limit, machine type, size of the disk.
import type { CloudAnswer } from '../../ports/cloud-answer';
import type { Compute } from '../../ports/compute';
import { refusedBy } from './failures';
import { operationIn, type Clients, type ComputeCalls } from './clients';

type Accepted = [{ latestResponse: unknown }, ...unknown[]];

export function powerOf(
  compute: ComputeCalls,
): Pick<Compute, 'start' | 'stop' | 'setScheduling' | 'setMachineType' | 'resizeDisk'> {
  const { project } = compute;
  const answer = async (what: string, make: (clients: Clients) => Promise<Accepted>): Promise<CloudAnswer> => {
    try {
      const accepted = await compute.find(what, make);
      return accepted && { operation: operationIn(accepted) };
    } catch (error) {
      return refusedBy(error);
    }
  };
  return {
    start: (zone, name, requestId) =>
      answer('instances.start', ({ instances }) => instances.start({ project, zone, instance: name, requestId })),

    async stop(zone, name, { requestId, discardLocalSsd }) {
      const given = { requestId, ...(discardLocalSsd !== undefined && { discardLocalSsd }) };
      const accepted = await compute.find('instances.stop', ({ instances }) =>
        instances.stop({ project, zone, instance: name, ...given }),
      );
      return accepted && operationIn(accepted);
    },

    // Fields that are not sent stay as they are: gcloud's set-scheduling relies on it.
    setScheduling: (zone, name, { maxRunDurationSeconds, terminationAction }) => {
      const maxRunDuration = { seconds: String(maxRunDurationSeconds) };
      const schedulingResource = { maxRunDuration, instanceTerminationAction: terminationAction };
      return answer('instances.setScheduling', ({ instances }) =>
        instances.setScheduling({ project, zone, instance: name, schedulingResource }),
      );
    },

    setMachineType: (zone, name, machineType) =>
      answer('instances.setMachineType', ({ instances }) =>
        instances.setMachineType({
          ...{ project, zone, instance: name },
          instancesSetMachineTypeRequestResource: { machineType: `zones/${zone}/machineTypes/${machineType}` },
        }),
      ),

    resizeDisk: (zone, name, sizeGb) =>
      answer('disks.resize', ({ disks }) =>
        disks.resize({ project, zone, disk: name, disksResizeRequestResource: { sizeGb } }),
      ),
  };
}
