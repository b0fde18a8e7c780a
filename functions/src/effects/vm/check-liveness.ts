// Looks for signs of life of a silent VM.
import { withPeriod } from '../../engine/vm/record';
import { timestamp } from '../effect';
import type { VmEffect } from './vm-effect';

/** An object that a VM writes to the bucket is a sign of life that needs neither Pub/Sub nor our own functions. */
export const checkLiveness: VmEffect = async ({ prefix, ourObjects }, context) => {
  const newest = context.bucket.newest(prefix, ourObjects);
  const [newestObjectAt, probe] = await Promise.all([newest, context.probes.load()]);
  const liveness = {
    at: timestamp(context),
    ...(newestObjectAt && { newestObjectAt }),
    ...(probe && { probeAt: probe.at, probesSince: probe.since }),
  };
  return (vm) => withPeriod(vm, { liveness });
};
