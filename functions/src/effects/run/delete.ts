// Deletes the VM and the disk of an attempt.
import { attemptOf, withAttempt } from '../../engine/run/attempts';
import { isOwn } from '../../engine/vm/internal-failures';
import type { StoredRun } from '../../ports';
import { removeVm } from '../vm/delete-vm';
import { OPERATION_WAIT_SECONDS, targetOf, timestamp, type Acting, type Merge } from '../effect';

export async function remove(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, insert } = attemptOf(stored.state, number);
  if (!acting.isFresh()) return undefined;
  // Given up while it was under way: its VM may still come, and absence proves nothing.
  if (insert?.operation !== undefined && isOwn(insert.failure, 'unanswered')) {
    const operation = await acting.cloud.awaitOperation(decided.zone, insert.operation, OPERATION_WAIT_SECONDS);
    if (!operation.done) return undefined;
  }
  const gone = await removeVm(targetOf(decided, acting), acting.cloud);
  return gone ? (state) => withAttempt(state, number, { goneAt: timestamp(acting) }) : undefined;
}
