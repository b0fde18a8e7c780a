// How a VM or disk says to which attempt of which build it belongs. Pure.
import { buildInName, isRunId, LABELS } from '@mymlops/protocol';
import type { Owner } from '../orphans';

/** Labels that only the VM of this attempt and its disk carry. */
export const buildLabels = (build: string, attempt: number): Record<string, string> => ({
  [LABELS.build]: build,
  [LABELS.attempt]: String(attempt),
});

/** By the name, which nobody can change, else by the labels. */
export function buildOwning({ name, labels }: { name: string; labels: Record<string, string> }): Owner | undefined {
  const named = buildInName(labels[LABELS.deployment] ?? '', name);
  if (named) return { id: named.build, vm: named.attempt };
  const build = labels[LABELS.build] ?? '';
  const attempt = Number(labels[LABELS.attempt]);
  return isRunId(build) && Number.isInteger(attempt) && attempt > 0 ? { id: build, vm: attempt } : undefined;
}
