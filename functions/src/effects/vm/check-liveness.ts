// Looks for signs of life of a silent VM.
import { withPeriod } from '../../engine/vm/record';
import { timestamp } from '../effect';
import { newestObject } from './newest-object';
import type { VmEffect } from './vm-effect';

/** An object that a VM writes to a bucket is a sign of life that needs neither Pub/Sub nor our own functions. */
export const checkLiveness: VmEffect = async (task, context) => {
  const [newestObjectAt, probe] = await Promise.all([newestObject(task, context), context.probes.load()]);
  const liveness = {
    at: timestamp(context),
    ...(newestObjectAt && { newestObjectAt }),
    ...(probe && { probeAt: probe.at, probesSince: probe.since }),
  };
  return (vm) => withPeriod(vm, { liveness });
};
