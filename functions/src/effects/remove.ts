// Deletes the VM and the disk of an attempt.
import { attemptOf, withAttempt } from '../engine/attempts';
import type { StoredRun } from '../ports';
import { removeVm } from '../remove-vm';
import { targetOf, timestamp, type Acting, type Merge } from './effect';

export async function remove(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided } = attemptOf(stored.state, number);
  if (!acting.isFresh()) return undefined;
  const gone = await removeVm(targetOf(decided, acting), acting.cloud);
  return gone ? (state) => withAttempt(state, number, { goneAt: timestamp(acting) }) : undefined;
}
