// Reads the fields at the top of an instance's document off its state. The clock plays no part.
import { currentPeriod, type InstanceState, type InstanceStatus, type InstanceSummary } from '@mymlops/protocol';
import { hasSlots } from '../slots';
import { isPeriodOver } from '../vm/power';
import {
  agentState,
  isGone,
  isPlaced,
  isRefused,
  isWanted,
  startedAtMs,
  stopsAtMs,
  workVm,
  type InstanceVm,
} from './readings';

export function statusOf(state: InstanceState): InstanceStatus {
  if (state.deletedAt !== undefined) return 'deleted';
  if (state.deletion) return 'deleting';
  const vm = workVm(state);
  if (!isWanted(state)) {
    if (!vm || isRefused(vm)) return 'failed';
    return isPeriodOver(vm) ? 'stopped' : 'stopping';
  }
  if (!isPlaced(state)) return vm && !isPeriodOver(vm) ? 'stopping' : 'queued';
  return vm ? statusOn(vm) : 'queued';
}

function statusOn(vm: InstanceVm): InstanceStatus {
  if (currentPeriod(vm).start.settledAt === undefined) return 'provisioning';
  const said = agentState(vm);
  if (said?.answer?.says === 'going' || said?.alone) return 'stopping';
  if (said?.failure) return 'unready';
  return said?.phase === 'serve' ? 'ready' : 'starting';
}

export function summarize(state: InstanceState): InstanceSummary {
  const { owner, spec, stop } = state;
  const status = statusOf(state);
  const vm = workVm(state);
  const isOn = ['starting', 'ready', 'unready'].includes(status);
  const isOff = ['stopped', 'failed'].includes(status);
  return {
    status,
    ...(isOff && stop && { reason: stop.reason, stoppedAt: stop.at }),
    message: messageOf(state, status),
    ...(owner !== undefined && { owner }),
    ...(spec?.profile !== undefined && { profile: spec.profile }),
    ...(isOn && vm && { startedAt: iso(startedAtMs(vm)), stopsAt: iso(stopsAtMs(state, vm)) }),
    ...(vm && { zone: vm.zone, machine: vm.machine }),
    live: isLive(state),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Something may still need doing. One that is stopped, its slot given back, is read by no sweep. */
export function isLive(state: InstanceState): boolean {
  if (!state.spec || state.deletedAt !== undefined) return false;
  if (state.deletion || isWanted(state) || hasSlots(state)) return true;
  const vm = workVm(state);
  const isOver = vm === undefined || isRefused(vm) || isPeriodOver(vm);
  const areOthersGone = Object.values(state.vms).every((one) => (one === vm && !isRefused(one) ? true : isGone(one)));
  return !isOver || !areOthersGone;
}

function messageOf(state: InstanceState, status: InstanceStatus): string {
  const vm = workVm(state);
  switch (status) {
    case 'queued':
      return state.slots?.waiting ? 'Waiting for its turn.' : 'Waiting for a VM.';
    case 'provisioning':
      return `A VM is made in ${vm?.zone ?? 'a zone'}.`;
    case 'starting':
      return 'The VM is starting.';
    case 'ready':
      return 'Every service answers.';
    case 'unready':
      return (vm && agentState(vm)?.failure?.message) ?? 'A service does not answer.';
    case 'stopping':
      return 'The VM is being switched off. Its disk stays.';
    case 'stopped':
    case 'failed':
      return state.stop?.message ?? 'Stopped.';
    case 'deleting':
      return 'VM and disk are being deleted.';
    case 'deleted':
      return 'VM and disk are gone.';
  }
}
