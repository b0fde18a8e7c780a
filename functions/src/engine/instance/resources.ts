// Which VM and disk an instance needs: the VM on while its period is wanted, off between two periods, its disk always. Pure.
import type { InstanceState } from '@mymlops/protocol';
import { withDisks, type Resources } from '../vm/resources';
import { isPlaced, isRefused, isWanted } from './readings';

export function resourcesOf(state: InstanceState): Resources {
  const vms = Object.entries(state.vms).map(([key, vm]) => {
    const number = Number(key);
    const isOfUse = !state.deletion && number > state.givenUp && number === state.vmCount && !isRefused(vm);
    const isOn = isWanted(state) && isPlaced(state);
    return { number, vm, wanted: !isOfUse ? ('absent' as const) : isOn ? ('on' as const) : ('off' as const) };
  });
  return withDisks(vms);
}
