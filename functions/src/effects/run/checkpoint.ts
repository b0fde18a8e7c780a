// What the next attempt begins with: the newest checkpoint that an earlier one left whole.
import { checkpointsPrefix, type CommitRequest } from '@mymlops/protocol';
import { hadVm } from '../../engine/run/attempts';
import type { StoredRun } from '../../ports';
import type { Acting } from '../effect';

/** Name of its manifest; of earlier attempts the newest counts, before them what the request names. */
export async function newestCheckpoint(
  { run, state }: StoredRun,
  { resumeFrom }: CommitRequest,
  { results }: Acting,
): Promise<string | undefined> {
  const earlier = Object.entries(state.attempts).filter(([, attempt]) => hadVm(attempt));
  for (const [number] of earlier.toSorted(([a], [b]) => Number(b) - Number(a))) {
    const manifests = await results.list(checkpointsPrefix(run, Number(number)));
    const newest = manifests.at(-1);
    if (newest !== undefined) return newest;
  }
  return resumeFrom;
}
