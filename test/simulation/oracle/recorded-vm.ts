// A VM of several periods as its document has it: read without the code that the simulation tests.
import type { Period, VmRecord } from '@mymlops/protocol';
import type { SimulatedVm } from '../model/vm';
import type { Invocation } from '../model/world';

/** Oldest first. */
export const periodsOf = ({ periods }: VmRecord): Period[] => Object.values(periods);

export const wasMade = ({ periods }: VmRecord): boolean =>
  periods[1]?.start.settledAt !== undefined && periods[1].start.failure === undefined;

/** Number and record of the VM. */
export function recordOf(
  { vms }: { vms: Record<string, VmRecord> },
  { shown }: SimulatedVm,
): [number, VmRecord] | undefined {
  const found = Object.entries(vms).find(([, { zone, name }]) => zone === shown.zone && name === shown.name);
  return found && [Number(found[0]), found[1]];
}

/** Between the look at a VM and the call that follows it. */
export const LOOK_MS = 10_000;
/** Nobody acts on older knowledge. Google knows no condition for these calls, so that one held up on its way comes too late. */
const FRESH_MS = 30_000;

export const isLate = ({ frozenMs, heldUpMs }: Invocation): boolean =>
  heldUpMs > 0 || (frozenMs > 0 && frozenMs < FRESH_MS);
