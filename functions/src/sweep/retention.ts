// Ended runs whose kind is kept for a time only (`retention`), and whose time is over.
import type { SweepReport } from '@mymlops/protocol';
import type { SweepContext } from './sweep';

/**
 * The request function looks again: only a run at rest is removed. One of `resumed`, from which a live run resumes, waits.
 */
export async function removeExpired(
  { runs, bus, now }: SweepContext,
  report: SweepReport,
  resumed: ReadonlySet<string>,
): Promise<void> {
  const at = new Date(now()).toISOString();
  for (const run of await runs.expired(at)) {
    if (resumed.has(run)) continue;
    report.removed.push(run);
    await bus.ask({ v: 1, type: 'remove', run, by: 'retention', at });
  }
}
