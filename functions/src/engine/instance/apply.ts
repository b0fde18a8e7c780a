// Writes a decision about an instance into its state. Pure.
import type { InstanceState } from '@mymlops/protocol';
import { afterRefusal } from '../vm/capacity';
import type { InstanceDecision } from './action';

export function applyDecision(state: InstanceState, decision: InstanceDecision): InstanceState {
  switch (decision.do) {
    case 'end-period': {
      const { proposal: _, until: __, capacity: ___, ...rest } = state;
      return { ...rest, stopped: Math.max(state.stopped, decision.stop.period), stop: decision.stop };
    }
    case 'give-up': {
      const vm = state.vms[decision.vm];
      if (!vm) return state;
      const capacity = afterRefusal(state, vm.zone, decision.refusal, Date.parse(decision.at));
      // The period is without a VM again.
      return { ...state, givenUp: decision.vm, current: state.started - 1, capacity };
    }
    case 'forget': {
      const { [decision.vm]: _, ...vms } = state.vms;
      return { ...state, vms };
    }
    case 'propose':
      return { ...state, proposal: decision.proposal };
    case 'drop-proposal': {
      const { proposal: _, ...rest } = state;
      return rest;
    }
    case 'deleted':
      return { ...state, deletedAt: decision.at };
  }
}
