// Writes a decision into the state. Pure.
import type { RunState } from '@mymlops/protocol';
import type { Decision } from './action';
import { attemptOf, withAttempt } from './attempts';
import { afterDryZone } from './capacity';

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
  if (!isDry) return next;
  return { ...next, capacity: afterDryZone(state, attemptOf(state, attempt).decided.zone, Date.parse(givenUp.at)) };
}
