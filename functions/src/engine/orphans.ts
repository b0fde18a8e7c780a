// The whole orphan rule: whose a VM or disk with our label is, whether it may stay, and when it is deleted. Pure.
import type { OrphanCandidate } from '@mymlops/protocol';
import type { Resources } from './vm/resources';

/** A VM or disk as the cloud shows it. */
export interface FoundResource {
  resource: OrphanCandidate['resource'];
  name: string;
  zone: string;
  labels: Record<string, string>;
}

/** The document and the VM of it that a resource belongs to, by its name or its labels. */
export interface Owner {
  id: string;
  vm: number;
}

/** The document that a resource names as its owner, as the history has it. */
export type History =
  { known: false; isRemoved: boolean } | { known: true; resources: Resources; isSettled: boolean; mayDelete?: boolean };

/**
 * `owned`: it stays, or `advance` deletes it. `unneeded`: history says that it may go. `orphan`: it belongs to nothing that we
 * know of.
 */
export type Ownership = 'owned' | 'unneeded' | 'orphan';

export function ownershipOf(found: FoundResource, owner: Owner | undefined, history: History): Ownership {
  if (!owner) return 'orphan';
  // A removed document needs no VM: one that comes after its end was requested by an invocation that was frozen.
  if (!history.known) return history.isRemoved ? 'unneeded' : 'orphan';
  const { mayDelete = true } = history;
  const { vms, disks } = history.resources;
  const unneeded = mayDelete ? 'unneeded' : 'orphan';
  const disk = disks.find(({ number }) => number === owner.vm);
  if (found.resource === 'disk' && disk && isAt(disk, found) && disk.wanted === 'kept') return 'owned';
  const wanted = vms.find(({ number }) => number === owner.vm);
  // Name and zone were decided before anything was requested: what carries the labels elsewhere is a copy.
  if (!wanted || !isAt(wanted.vm, found)) return unneeded;
  if (wanted.wanted !== 'absent' && !wanted.vm.goneAt) return 'owned';
  // `advance` deletes what a live document has left, but for a VM that was proven gone and is there again.
  return wanted.vm.goneAt || history.isSettled ? unneeded : 'owned';
}

const isAt = (record: { name: string; zone: string }, { name, zone }: FoundResource): boolean =>
  record.name === name && record.zone === zone;

/** By then the history has recorded whatever it was slow to record: a candidate is deleted. */
export const isPastGracePeriod = (
  { firstSeenAt }: Pick<OrphanCandidate, 'firstSeenAt'>,
  graceSeconds: number,
  nowMs: number,
): boolean => nowMs - Date.parse(firstSeenAt) >= graceSeconds * 1000;

/** Whether what was found may be deleted. `candidate`: its mark as an orphan candidate, if it has one. */
export function mayBeDeleted(
  ownership: Ownership,
  candidate: Pick<OrphanCandidate, 'firstSeenAt'> | undefined,
  { graceSeconds, nowMs }: { graceSeconds: number; nowMs: number },
): boolean {
  if (ownership !== 'orphan') return ownership === 'unneeded';
  return candidate !== undefined && isPastGracePeriod(candidate, graceSeconds, nowMs);
}
