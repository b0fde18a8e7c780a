// Finds the checkpoint that the next attempt begins with: the newest one that an earlier attempt completed.
import { checkpointsPrefix, type CommitRequest, type RunState } from '@mymlops/protocol';
import { hasExisted } from '../../engine/vm/record';
import type { Stored } from '../../ports/documents';
import type { EffectContext } from '../effect';

/** Name of its manifest; of earlier attempts the newest counts, before them what the request names. */
export async function newestCheckpoint(
  { id: run, state }: Stored<RunState>,
  { resumeFrom }: CommitRequest,
  { liveBucket }: Pick<EffectContext, 'liveBucket'>,
): Promise<string | undefined> {
  const earlier = Object.entries(state.attempts).filter(([, { vm }]) => hasExisted(vm));
  for (const [number] of earlier.toSorted(([a], [b]) => Number(b) - Number(a))) {
    const manifests = await liveBucket.list(checkpointsPrefix(run, Number(number)));
    const newest = manifests.at(-1);
    if (newest !== undefined) return newest;
  }
  return resumeFrom;
}
