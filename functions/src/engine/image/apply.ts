// Writes a decision about a build into its state. Pure.
import type { ImageState } from '@mymlops/protocol';
import { afterRefusal } from '../vm/capacity';
import type { ImageDecision } from './action';
import { attemptOf } from './attempts';

export function applyDecision(state: ImageState, decision: ImageDecision): ImageState {
  switch (decision.do) {
    case 'give-up': {
      const { attempt: number, givenUp, refusal } = decision;
      const attempt = attemptOf(state, number);
      return {
        ...state,
        attempts: { ...state.attempts, [number]: { ...attempt, givenUp } },
        capacity: afterRefusal(state, attempt.vm.zone, refusal, Date.parse(givenUp.at)),
      };
    }
    case 'end':
      return { ...state, end: decision.end };
    case 'clean':
      return { ...state, cleanedAt: decision.at };
    case 'remove':
      return state.deletion ? { ...state, removing: state.deletion } : state;
  }
}
