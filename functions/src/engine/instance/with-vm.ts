// The state of an instance with one VM changed, and with what follows from that. Pure.
import { currentPeriodNumber, type InstanceState } from '@mymlops/protocol';
import { afterPlacement } from '../vm/capacity';
import { insertOf, type VmUpdate } from '../vm/record';

/** A start in the console is a period like any other, with the number that the next start would have had. */
export function withVm(state: InstanceState, number: number, update: VmUpdate): InstanceState {
  const known = state.vms[number];
  if (!known) return state;
  const vm = update(known);
  if (vm === known) return state;
  const next = withoutWaiting({ ...state, vms: { ...state.vms, [number]: vm } }, number);
  if (currentPeriodNumber(vm) === currentPeriodNumber(known) || number !== state.vmCount) return next;
  const period = Math.max(state.started, state.stopped, state.current) + 1;
  return { ...next, started: period, current: period };
}

/** A VM that has come ends the wait for capacity. */
function withoutWaiting(state: InstanceState, number: number): InstanceState {
  const vm = state.vms[number];
  const start = vm && insertOf(vm);
  if (start?.settledAt === undefined || start.failure || number <= state.givenUp) return state;
  const capacity = afterPlacement(state, Date.parse(start.settledAt));
  return capacity ? { ...state, capacity } : state;
}
