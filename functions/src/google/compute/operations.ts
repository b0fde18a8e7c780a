// Operations: how a call that Google has accepted ends.
import { withDeadline } from '@mymlops/google';
import type { OperationState } from '../../ports/cloud-answer';
import type { Compute } from '../../ports/compute';
import { operationState } from './answers';
import { lateOrGone } from './failures';
import { onceMore, type ComputeCalls } from './clients';

export const awaiterOf =
  ({ project, clients }: ComputeCalls): Compute['awaitOperation'] =>
  async (zone, operation, seconds) => {
    const { operations } = await clients();
    return settled(seconds, () => operations.wait({ project, zone, operation }));
  };

/** For operations that belong to no zone. */
export const globalAwaiterOf =
  ({ project, clients }: ComputeCalls): Compute['awaitImage'] =>
  async (operation, seconds) => {
    const { globalOperations } = await clients();
    return settled(seconds, () => globalOperations().wait({ project, operation }));
  };

type Answer = [Parameters<typeof operationState>[0], ...unknown[]];

async function settled(seconds: number, ask: () => Promise<Answer>): Promise<OperationState> {
  const endsMs = performance.now() + seconds * 1000;
  for (;;) {
    // The call itself holds for up to two minutes; a deadline of ours means: not done yet.
    const wait = () => withDeadline('operations.wait', Math.max(1, endsMs - performance.now()), ask());
    const answer = await onceMore(wait).catch(lateOrGone);
    if (answer === 'gone') return { done: true };
    if (answer !== 'late') {
      const state = operationState(answer[0]);
      if (state.done) return state;
    }
    if (performance.now() >= endsMs) return { done: false };
  }
}
