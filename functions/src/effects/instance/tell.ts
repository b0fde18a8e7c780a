// Tells a VM until when it may stay, and that nobody seems to work on it. Each telling renews the lease of the VM, which judges
// alone where it hears nothing for hours. Times travel as seconds from now on: the clock of a VM may be wrong.
import { CONTROL_KEY, currentPeriod, formatControl, type InstanceState } from '@mymlops/protocol';
import { instanceLabels } from '../../engine/instance/owner';
import { stopsAtMs, untilMs } from '../../engine/instance/readings';
import { isSameVm } from '../../engine/vm/identity';
import type { CloudVm } from '../../ports/compute-view';
import { timestamp, type Effect } from '../effect';

export const tellVm: Effect<InstanceState> = async ({ id, state }, number, context) => {
  const vm = state.vms[number];
  if (!vm || state.uid === undefined) return undefined;
  const nowMs = context.now();
  const { current, proposal } = state;
  const open = proposal?.period === current ? proposal.number : undefined;
  const stopsMs = stopsAtMs(state, vm);
  const secondsTo = (ms: number): string => String(Math.max(0, Math.round((ms - nowMs) / 1000)));
  const at = timestamp(context);
  const values = {
    [CONTROL_KEY]: formatControl({
      told: at,
      stopIn: secondsTo(stopsMs),
      ...(untilMs(state) > nowMs && { extendedFor: secondsTo(untilMs(state)) }),
      ...(open !== undefined && { proposal: String(open) }),
    }),
  };
  const labels = instanceLabels(id, state.uid, number);
  const isOurs = (found: CloudVm): boolean => isSameVm(found, vm, labels);
  if (!(await context.compute.setMetadata(vm.zone, vm.name, isOurs, values))) return undefined;
  const told = {
    period: current,
    at,
    stopsAt: new Date(stopsMs).toISOString(),
    ...(open !== undefined && { proposal: open }),
  };
  return {
    merge: (known) => (known.current === current && !currentPeriod(vm).down ? { ...known, told } : known),
  };
};
