// The machine spec in the configuration -> in the request.
import { type CommitRequest, LOCAL_PROJECT } from '@mymlops/protocol';
import type { InstanceConfig } from '../../config/schema-machine';
import type { Target } from '../../config/target';

export function machineSpec(instance: InstanceConfig = {}, { project }: Target): CommitRequest['machine'] {
  const { accelerator, accelerator_count: count = 1, disk } = instance;
  return {
    machineType: instance.machine_type,
    // This computer has a zone of its own, none of Google's.
    zoneRegex: project === LOCAL_PROJECT ? undefined : instance.zone_regex,
    provisioning: instance.provisioning ?? 'spot',
    accelerator: accelerator === undefined ? undefined : { type: accelerator, count },
    image: instance.image,
    snapshot: instance.snapshot,
    disk: disk && { sizeGb: disk.size, type: disk.type },
    serviceAccount: instance.service_account,
  };
}
