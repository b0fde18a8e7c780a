// The fence: an object in the results bucket that keeps a VM's agent from going on, and from beginning.
import { FENCE } from '@mymlops/protocol';
import { timestamp } from '../effect';
import type { VmEffect } from './vm-effect';

export const fenceVm: VmEffect = async ({ prefix }, context) => {
  if (!context.isFresh()) return undefined;
  await context.resultsBucket.write(`${prefix}${FENCE}`, `${timestamp(context)}\n`);
  const fencedAt = timestamp(context);
  return (vm) => ({ ...vm, fencedAt });
};
