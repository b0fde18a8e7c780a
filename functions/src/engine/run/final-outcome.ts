// When nobody's outcome of an attempt can come any more. outcome.json is created once and never replaced. After the fence, a
// look that finds none creates a void one: an outcome that the VM sends later is refused. Pure.
import type { Attempt } from '@mymlops/protocol';

/** Whether a look for the outcome must create a void one if there is none. */
export const isLastLook = ({ vm }: Pick<Attempt, 'vm'>): boolean => vm.fencedAt !== undefined;

/** A look after the fence has found no outcome, so that none can come. */
export const hasFinallyNone = ({ vm, outcomeAbsentAt }: Pick<Attempt, 'vm' | 'outcomeAbsentAt'>): boolean =>
  vm.fencedAt !== undefined && outcomeAbsentAt !== undefined && outcomeAbsentAt >= vm.fencedAt;
