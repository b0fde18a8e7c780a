// Operations: how a call that Google has accepted ends.
import { withDeadline } from '@mymlops/google';
import type { Compute } from '../../ports/compute';
import { operationState } from './answers';
import { lateOrGone } from './failures';
import { onceMore, type ComputeCalls } from './clients';

export function awaiterOf({ project, clients }: ComputeCalls): Compute['awaitOperation'] {
  return async (zone, operation, seconds) => {
    const { operations } = await clients();
    const endsMs = performance.now() + seconds * 1000;
    for (;;) {
      // The call itself holds for up to two minutes; a deadline of ours means: not done yet.
      const wait = () =>
        withDeadline(
          'operations.wait',
          Math.max(1, endsMs - performance.now()),
          operations.wait({ project, zone, operation }),
        );
      const answer = await onceMore(wait).catch(lateOrGone);
      if (answer === 'gone') return { done: true };
      if (answer !== 'late') {
        const state = operationState(answer[0]);
        if (state.done) return state;
      }
      if (performance.now() >= endsMs) return { done: false };
    }
  };
}
