// Small readings of a VM record that several policies share.
import { currentPeriod, currentPeriodNumber, type Period, type VmRecord } from '@mymlops/protocol';
import { internalFailure, isInternal } from './internal-failures';

/** How what is known of a VM becomes more. */
export type VmUpdate = <Said>(vm: VmRecord<Said>) => VmRecord<Said>;

/** A copy of `vm` whose newest period has `fields` laid over it. */
export function withPeriod<Said>(vm: VmRecord<Said>, fields: Partial<Period<Said>>): VmRecord<Said> {
  const period = { ...currentPeriod(vm), ...fields };
  return { ...vm, periods: { ...vm.periods, [currentPeriodNumber(vm)]: period } };
}

/**
 * `update` as it was made on what was known of period `number`: that one may be over by the time that the update is merged, and
 * tells nothing of later ones.
 */
export const inPeriod =
  (number: number, update: VmUpdate): VmUpdate =>
  (vm) => {
    const isLater = ([key]: [string, unknown]): boolean => Number(key) > number;
    const periods = Object.entries(vm.periods);
    const later = periods.filter(isLater);
    if (later.length === 0) return update(vm);
    const then = { ...vm, periods: Object.fromEntries(periods.filter((each) => !isLater(each))) };
    const updated = update(then);
    return updated === then ? vm : { ...updated, periods: { ...updated.periods, ...Object.fromEntries(later) } };
  };

/** A copy of `vm` whose newest power-on has `fields` laid over it. */
export function withStart<Said>(vm: VmRecord<Said>, fields: Partial<Period['start']>): VmRecord<Said> {
  const { start } = currentPeriod(vm);
  return withPeriod(vm, { start: { ...start, ...fields } });
}

/** A copy of `vm` with another period, which `start` begins. */
export function openPeriod<Said>(vm: VmRecord<Said>, start: Period['start']): VmRecord<Said> {
  return { ...vm, periods: { ...vm.periods, [currentPeriodNumber(vm) + 1]: { start } } };
}

/** The insert and what came of it: the start of the first period. */
export function insertOf({ name, periods }: VmRecord): Period['start'] {
  const first = periods[1];
  if (!first) throw new Error(`VM ${name} has no insert`);
  return first.start;
}

/** When the VM was decided on. */
export const decidedAt = (vm: VmRecord): string => insertOf(vm).at;

export const hasReported = ({ periods }: VmRecord): boolean =>
  Object.values(periods).some(({ reports }) => reports !== undefined);

/** There was a VM: its insert was settled well, or the VM itself has reported. */
export function hasExisted(vm: VmRecord): boolean {
  const { settledAt, failure } = insertOf(vm);
  return (settledAt !== undefined && failure === undefined) || hasReported(vm);
}

/** The insert failed, but there may have been a VM that worked. */
export const mayHaveExisted = (vm: VmRecord): boolean =>
  internalFailure(insertOf(vm).failure?.code ?? '')?.mayHaveExisted === true;

/** Compute Engine made the VM and dropped what bounds its life: it is deleted, whatever it has done. */
export const lacksTimeLimit = (vm: VmRecord): boolean => isInternal(currentPeriod(vm).start.failure, 'noTimeLimit');
