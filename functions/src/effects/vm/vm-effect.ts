// An effect on one VM, whatever the VM belongs to.
import type { VmRecord } from '@mymlops/protocol';
import type { VmTarget } from '../../engine/kind';
import type { InsertBody } from '../../engine/vm/insert-body';
import type { VmUpdate } from '../../engine/vm/record';
import type { EffectContext } from '../effect';

/** One VM of the document `id`. */
export interface VmTask extends VmTarget {
  id: string;
  vm: VmRecord;
  /** Its document keeps the boot disk, whatever becomes of the VM. */
  isDiskKept: boolean;
  /** Computed where it is needed: the scripts are in it. */
  body(): InsertBody;
}

/** Undefined when there is nothing new yet. May be repeated. */
export type VmEffect = (task: VmTask, context: EffectContext) => Promise<VmUpdate | undefined>;
