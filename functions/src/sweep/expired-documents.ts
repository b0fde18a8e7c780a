// Asks for the removal of ended documents past their retention: a hundred a sweep, and none that a live one depends on. When one
// is due is the rule of its kind (engine/run/history-retention.ts).
import type { SweepReport } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import type { SweepContext } from './context';

/** A removal takes its calls; the next sweep asks for more. */
const MOST_A_SWEEP = 100;

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
  for (const id of await documents(kind.documents).expired(at, MOST_A_SWEEP)) {
    if (needed.has(id)) continue;
    report.removed.push({ kind: kind.name, id });
    await bus.ask(kind.removalRequest(id, 'retention', at));
  }
}
