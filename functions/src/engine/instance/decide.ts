// Decides the next action for an instance, or that there is none. Pure.
import { currentPeriod, type InstanceState } from '@mymlops/protocol';
import { inTurn, timeOf, type Moment } from '../action';
import { hasSlots } from '../slots';
import { isPausing, refusalOf } from '../vm/capacity';
import { cannotBill, deletions } from '../vm/deletion-steps';
import { bringDown, bringUp, isPeriodOver } from '../vm/power';
import { insertOf } from '../vm/record';
import type { InstanceAction, InstanceStep } from './action';
import { endOfPeriod } from './end-of-period';
import { proposalStep } from './idle-stop';
import { isGone, isPlaced, isRefused, isWanted, stopsAtMs, workVm, type InstanceVm } from './readings';
import { resourcesOf } from './resources';
import { correctedStop } from './why-down';

/** The VM counts for itself from then on (DESIGN: the lease is 6 h). */
const TELL_AGAIN_MS = 2 * 3600_000;

export function decide(state: InstanceState, moment: Moment): InstanceAction | undefined {
  if (!state.spec || state.deletedAt !== undefined) return undefined;
  if (state.deletion) return deletionStep(state, moment);
  const gone = Object.entries(state.vms).find(([key, vm]) => Number(key) <= state.givenUp && isGone(vm));
  if (gone) return { do: 'forget', vm: Number(gone[0]) };
  const rest = deletions(resourcesOf(state), moment);
  const due = isWanted(state) ? dueWhenWanted(state, moment) : dueWhenOff(state, moment);
  if (due && 'do' in due) return due;
  return inTurn(due ? [due, ...rest] : rest, moment) ?? releaseStep(state, moment);
}

function dueWhenWanted(state: InstanceState, moment: Moment): InstanceAction | undefined {
  const stop = endOfPeriod(state, moment);
  if (stop) return { do: 'end-period', stop };
  const vm = workVm(state);
  const { failure, settledAt } = (vm && insertOf(vm)) ?? {};
  // Also one that was refused for an earlier period: it has no disk on which a later one could go on.
  if (failure)
    return { do: 'give-up', vm: state.vmCount, refusal: refusalOf(failure), at: settledAt ?? timeOf(moment) };
  if (!vm || !isPlaced(state)) return placing(state, vm, moment);
  const effect = bringUp(vm, moment);
  if (effect) return { effect, vm: state.vmCount };
  return proposalStep(state, vm, moment) ?? tellStep(state, vm, moment);
}

/** The period before it is over first; then the VM that has the disk is started, or one is made. */
function placing(state: InstanceState, vm: InstanceVm | undefined, moment: Moment): InstanceStep | undefined {
  if (vm && !isPeriodOver(vm)) {
    const effect = bringDown(vm, moment);
    return effect && { effect, vm: state.vmCount };
  }
  if (!vm && isPausing(state, moment.nowMs)) return undefined;
  return { effect: 'place', vm: vm ? state.vmCount : state.vmCount + 1 };
}

function dueWhenOff(state: InstanceState, moment: Moment): InstanceAction | undefined {
  const vm = workVm(state);
  const corrected = vm && correctedStop(state, vm);
  if (corrected) return { do: 'end-period', stop: corrected };
  const effect = vm && !isRefused(vm) ? bringDown(vm, moment) : undefined;
  return effect && { effect, vm: state.vmCount };
}

/** The VM hears of a proposal, of another time, and every two hours that somebody still looks after it. */
function tellStep(state: InstanceState, vm: InstanceVm, moment: Moment): InstanceStep | undefined {
  const { told, proposal, current } = state;
  const { settledAt } = currentPeriod(vm).start;
  if (settledAt === undefined) return undefined;
  const number = proposal?.period === current ? proposal.number : undefined;
  const isTold =
    told?.period === current &&
    told.proposal === number &&
    Date.parse(told.stopsAt) === stopsAtMs(state, vm) &&
    moment.nowMs - Date.parse(told.at) < TELL_AGAIN_MS;
  return isTold ? undefined : { effect: 'tell', vm: state.vmCount };
}

/** Slots are given back when no VM is on, and none is on its way. */
function releaseStep(state: InstanceState, moment: Moment): InstanceStep | undefined {
  if (!hasSlots(state) || (isWanted(state) && !isPausing(state, moment.nowMs))) return undefined;
  const areOff = Object.values(state.vms).every((vm) => isPeriodOver(vm) || cannotBill(vm, moment.nowMs));
  return areOff ? { effect: 'release-slots', vm: state.vmCount } : undefined;
}

function deletionStep(state: InstanceState, moment: Moment): InstanceAction | undefined {
  const vms = Object.values(state.vms);
  if (hasSlots(state) && vms.every((vm) => cannotBill(vm, moment.nowMs))) {
    return { effect: 'release-slots', vm: state.vmCount };
  }
  const step = inTurn(deletions(resourcesOf(state), moment), moment);
  if (step) return step;
  return vms.every(isGone) ? { do: 'deleted', at: timeOf(moment) } : undefined;
}
