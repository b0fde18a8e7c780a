// Deletes a VM or disk that belongs to nothing.
import type { OrphanCandidate } from '@mymlops/protocol';
import type { Compute } from '../ports/compute';
import { deleteDisk, deleteVmWithDisk, type DeletionTarget } from './vm/delete-vm';

/** True once it is proven gone. May be called any number of times. */
export const deleteOrphan = (
  { resource, ...target }: DeletionTarget & Pick<OrphanCandidate, 'resource'>,
  compute: Compute,
): Promise<boolean> => (resource === 'vm' ? deleteVmWithDisk(target, compute) : deleteDisk(target, compute));
