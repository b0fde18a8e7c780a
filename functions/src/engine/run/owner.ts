// How a VM or disk says to which attempt of which run it belongs. Pure.
import { attemptInName, isRunId, LABELS } from '@mymlops/protocol';
import type { Owner } from '../orphans';

/** Labels that only the VM of this attempt and its disk carry. */
export const runLabels = (run: string, attempt: number): Record<string, string> => ({
  [LABELS.run]: run,
  [LABELS.attempt]: String(attempt),
});

/** By the name, which nobody can change, else by the labels. */
export function attemptOwning({ name, labels }: { name: string; labels: Record<string, string> }): Owner | undefined {
  const named = attemptInName(labels[LABELS.deployment] ?? '', name);
  if (named) return { id: named.run, vm: named.attempt };
  const run = labels[LABELS.run] ?? '';
  const attempt = Number(labels[LABELS.attempt]);
  return isRunId(run) && Number.isInteger(attempt) && attempt > 0 ? { id: run, vm: attempt } : undefined;
}
