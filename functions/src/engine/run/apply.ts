// Writes a decision into the state. Pure.
import type { RunState } from '@mymlops/protocol';
import { afterPlacement, afterRefusal } from '../vm/capacity';
import { decidedAt, hasExisted } from '../vm/record';
import type { RunDecision } from './action';
import { attemptOf, withAttempt } from './attempts';

export function applyDecision(state: RunState, decision: RunDecision): RunState {
  switch (decision.do) {
    case 'give-up':
      return giveUp(state, decision);
    case 'end':
      return { ...state, end: decision.end, ...(decision.publication && { publication: decision.publication }) };
    case 'settle-publication':
      return { ...state, publication: decision.publication };
    case 'clean':
      return { ...state, cleanedAt: decision.at };
  }
}

function giveUp(state: RunState, { attempt, givenUp, refusal }: Extract<RunDecision, { do: 'give-up' }>): RunState {
  const next = withAttempt(state, attempt, { givenUp });
  const { vm } = attemptOf(state, attempt);
  if (refusal) return { ...next, capacity: afterRefusal(state, vm.zone, refusal, Date.parse(givenUp.at)) };
  // Its insert was never settled, but there was a VM: the wait was over with it.
  const capacity = hasExisted(vm) ? afterPlacement(state, Date.parse(decidedAt(vm))) : undefined;
  return capacity ? { ...next, capacity } : next;
}
