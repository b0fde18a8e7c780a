// Deletes what a run left: objects, events, then the document. Every step may be repeated; a crash between two is finished
// by the next `advance`, because the document, which says that it is to go, goes last.
import { REMOVED_DAYS, runPrefix, type RunState } from '@mymlops/protocol';
import type { Context, StoredRun } from '../../ports';

const DAY_MS = 86_400_000;

/** May be called any number of times, also at once. Throws on transient trouble. */
export async function removeRun(
  stored: StoredRun,
  { by, at }: NonNullable<RunState['removing']>,
  { runs, results, now, log }: Pick<Context, 'runs' | 'results' | 'now' | 'log'>,
): Promise<void> {
  const { run } = stored;
  await results.removeAll(runPrefix(run));
  await runs.removeBelow(run);
  const expiresAt = new Date(now() + REMOVED_DAYS * DAY_MS);
  if (await runs.remove(stored, { v: 1, by, at, expiresAt })) log('INFO', 'run removed', { run });
}
