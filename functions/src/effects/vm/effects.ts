// Which effect carries out which step of a VM.
import type { VmStep } from '../../engine/vm/resources';
import { awaitStart } from './await-start';
import { checkLiveness } from './check-liveness';
import { deleteKeptDisk, deleteVm } from './delete';
import { fenceVm } from './fence';
import { insertVm } from './insert';
import { startVm, stopVm } from './power';
import { verifyTimeLimit } from './verify-time-limit';
import type { VmEffect } from './vm-effect';

export const VM_EFFECTS: Record<VmStep['effect'], VmEffect> = {
  insert: insertVm,
  start: startVm,
  'await-start': awaitStart,
  'verify-time-limit': verifyTimeLimit,
  'check-liveness': checkLiveness,
  stop: stopVm,
  fence: fenceVm,
  delete: deleteVm,
  'delete-disk': deleteKeptDisk,
};
