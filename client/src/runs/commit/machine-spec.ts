// The machine spec in the configuration -> in the request.
import { type CommitRequest, LOCAL_PROJECT } from '@mymlops/protocol';
import type { MachineConfig } from '../../config/schema-machine';
import type { Target } from '../../config/target';

export function machineSpecOf(machine: MachineConfig = {}, { project }: Target): CommitRequest['machine'] {
  const { accelerator, accelerator_count: count = 1, disk } = machine;
  return {
    machineType: machine.machine_type,
    // This computer has a zone of its own, none of Google's.
    zoneRegex: project === LOCAL_PROJECT ? undefined : machine.zone_regex,
    provisioning: machine.provisioning ?? 'spot',
    accelerator: accelerator === undefined ? undefined : { type: accelerator, count },
    image: machine.image,
    snapshot: machine.snapshot,
    disk: disk && { sizeGb: disk.size, type: disk.type },
    serviceAccount: machine.service_account,
  };
}
