// Tells the VM what its run has earned, so that it may push.
import { ATTEMPT_OBJECTS, attemptPrefix, CONTROL_KEY, formatControl, PUBLISH_FILES } from '@mymlops/protocol';
import { attemptOf, withAttempt } from '../../engine/run/attempts';
import { isOf } from '../../engine/vm/identity';
import { observeStopped } from '../../engine/run/observe';
import { commitMessage, metadataJson } from '../../engine/run/publication';
import { cannotBill } from '../../engine/run/deletion';
import type { CloudVm, StoredRun } from '../../ports';
import { timestamp, type Acting, type Merge } from '../effect';

/** Puts the publication's files into the bucket, then tells the VM to push. A VM that is gone leaves them to `publish RUN`. */
export async function giveVerdict(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const attempt = attemptOf(stored.state, number);
  const { decided, stopped } = attempt;
  const prefix = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.publish}`;
  await Promise.all([
    acting.results.write(`${prefix}${PUBLISH_FILES.metadata}`, metadataJson(stored.state)),
    acting.results.write(`${prefix}${PUBLISH_FILES.message}`, commitMessage(stored.state)),
  ]);
  const verdict = formatControl({ verdict: stored.state.end?.status });
  const isOurs = (vm: CloudVm): boolean => isOf(vm, { run: stored.run, number, attempt });
  // Nor is a zone that may never answer asked for a VM that Google has ended at its limit.
  const isOver = stopped !== undefined || cannotBill(attempt, acting.now());
  const told =
    !isOver && (await acting.cloud.setMetadata(decided.zone, decided.vm, isOurs, { [CONTROL_KEY]: verdict }));
  const at = timestamp(acting);
  return (state) => {
    const sent = withAttempt(state, number, { verdictSentAt: at });
    return told || isOver ? sent : observeStopped(sent, number, { at, how: 'gone' });
  };
}
