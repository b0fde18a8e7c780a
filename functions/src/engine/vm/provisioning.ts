// Whether the next VM is a spot VM or a standard one. Pure.
import type { MachineSpec, VmRecord } from '@mymlops/protocol';
import { hasExisted } from './record';

/** Spot VMs that existed, after which `spot_then_standard` takes no more chances. */
const SPOT_CHANCES = 2;

/** `spot_then_standard`: two spot VMs that existed are enough. */
export function chooseProvisioning({
  machine,
  earlier,
}: {
  machine: MachineSpec;
  earlier: readonly VmRecord[];
}): 'spot' | 'standard' {
  if (machine.provisioning !== 'spot_then_standard') return machine.provisioning;
  const spot = earlier.filter((vm) => hasExisted(vm) && vm.provisioning === 'spot');
  return spot.length < SPOT_CHANCES ? 'spot' : 'standard';
}
