// Tells the VM what its run has earned, so that it may push.
import { ATTEMPT_OBJECTS, attemptPrefix, CONTROL_KEY, formatControl, PUBLISH_FILES } from '@mymlops/protocol';
import { attemptOf, withAttempt } from '../engine/attempts';
import { observeStopped } from '../engine/observe';
import { commitMessage, metadataJson } from '../engine/publication';
import type { StoredRun } from '../ports';
import { timestamp, type Acting, type Merge } from './effect';

/** Puts the publication's files into the bucket, then tells the VM to push. A VM that is gone leaves them to `publish RUN`. */
export async function giveVerdict(stored: StoredRun, number: number, acting: Acting): Promise<Merge | undefined> {
  const { decided, stopped } = attemptOf(stored.state, number);
  const prefix = `${attemptPrefix(stored.run, number)}${ATTEMPT_OBJECTS.publish}`;
  await Promise.all([
    acting.results.write(`${prefix}${PUBLISH_FILES.metadata}`, metadataJson(stored.state)),
    acting.results.write(`${prefix}${PUBLISH_FILES.message}`, commitMessage(stored.state)),
  ]);
  const verdict = formatControl({ verdict: stored.state.end?.status });
  const told = !stopped && (await acting.cloud.setMetadata(decided.zone, decided.vm, CONTROL_KEY, verdict));
  const at = timestamp(acting);
  return (state) => {
    const sent = withAttempt(state, number, { verdictSentAt: at });
    return told || stopped ? sent : observeStopped(sent, number, { at, how: 'gone' });
  };
}
