// The machine spec in the configuration -> in the request.
import { type CommitRequest, LOCAL_PROJECT } from '@mymlops/protocol';
import type { MachineConfig } from '../../config/schema-machine';
import type { Target } from '../../config/target';

const DEFAULT_PROVISIONING = 'spot';

/** On this computer none of its keys has an effect, and none is sent: the local cloud might refuse it. */
export function machineSpecOf(machine: MachineConfig = {}, { project }: Target): CommitRequest['machine'] {
  if (project === LOCAL_PROJECT) return { provisioning: DEFAULT_PROVISIONING };
  const { accelerator, accelerator_count: count = 1, disk } = machine;
  return {
    machineType: machine.machine_type,
    zoneRegex: machine.zone_regex,
    provisioning: machine.provisioning ?? DEFAULT_PROVISIONING,
    accelerator: accelerator === undefined ? undefined : { type: accelerator, count },
    image: machine.image,
    snapshot: machine.snapshot,
    disk: disk && { sizeGb: disk.size, type: disk.type },
    serviceAccount: machine.service_account,
  };
}
