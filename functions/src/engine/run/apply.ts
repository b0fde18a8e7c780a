// Writes a decision into the state. Pure.
import type { RunState } from '@mymlops/protocol';
import type { Decision } from './action';
import { attemptOf, hadVm, withAttempt } from './attempts';
import { afterDryZone, afterPlacement } from '../vm/capacity';

export function applyDecision(state: RunState, decision: Decision): RunState {
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

function giveUp(state: RunState, { attempt, givenUp, isDry }: Extract<Decision, { do: 'give-up' }>): RunState {
  const next = withAttempt(state, attempt, { givenUp });
  const known = attemptOf(state, attempt);
  if (isDry) return { ...next, capacity: afterDryZone(state, known.decided.zone, Date.parse(givenUp.at)) };
  // Its insert was never settled, but there was a VM: the wait was over with it.
  const capacity = hadVm(known) ? afterPlacement(state, Date.parse(known.decided.at)) : undefined;
  return capacity ? { ...next, capacity } : next;
}
