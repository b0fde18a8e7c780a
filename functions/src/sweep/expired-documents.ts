// Ended documents whose time is over (a run's `retention`).
import type { SweepReport } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import type { SweepContext } from './context';

/**
 * The request function looks again: only a settled one is removed. One of `needed`, on which a live one depends, waits.
 */
export async function removeExpired(
  kind: Kind,
  needed: ReadonlySet<string>,
  { documents, bus, now }: SweepContext,
  report: SweepReport,
): Promise<void> {
  const at = new Date(now()).toISOString();
  for (const id of await documents(kind.documents).expired(at)) {
    if (needed.has(id)) continue;
    report.removed.push(id);
    await bus.ask(kind.removalRequest(id, 'retention', at));
  }
}
