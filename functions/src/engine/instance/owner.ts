// How a VM or disk says to which instance it belongs. Pure.
import { instanceInName, isInstanceName, LABELS, type InstanceState } from '@mymlops/protocol';
import type { Owner } from '../orphans';

/** Labels that only this VM and its disk carry. */
export const instanceLabels = (name: string, uid: string, number: number): Record<string, string> => ({
  [LABELS.instance]: name,
  [LABELS.uid]: uid,
  [LABELS.vm]: String(number),
});

/** By the name, which nobody can change, else by the labels. */
export function instanceOwning({ name, labels }: { name: string; labels: Record<string, string> }): Owner | undefined {
  const named = instanceInName(labels[LABELS.deployment] ?? '', name);
  if (named) return { id: named.name, vm: named.number };
  const instance = labels[LABELS.instance] ?? '';
  const vm = Number(labels[LABELS.vm]);
  return isInstanceName(instance) && Number.isInteger(vm) && vm > 0 ? { id: instance, vm } : undefined;
}

/** Whether its user wanted this VM or disk deleted, or it was refused and has never run. */
export function hasDeletedInstance(
  { uid, earlier = [], deletion, givenUp }: InstanceState,
  { name, labels }: { name: string; labels: Record<string, string> },
): boolean {
  const named = instanceInName(labels[LABELS.deployment] ?? '', name);
  const its = named?.uid ?? labels[LABELS.uid] ?? '';
  if (earlier.includes(its)) return true;
  const number = named?.number ?? Number(labels[LABELS.vm]);
  return its === uid && (deletion !== undefined || number <= givenUp);
}
