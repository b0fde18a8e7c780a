// Whether a VM has a GPU.
import type { MachineSpec } from './machine-spec';

/** Machine types that include GPUs: https://cloud.google.com/compute/docs/gpus */
const INCLUDES_GPUS = /^[ag]\d/;

/** @param machineType That of the VM; undefined if it is not known. */
export const hasGpu = (machineType: string | undefined, { accelerator }: Pick<MachineSpec, 'accelerator'>): boolean =>
  accelerator !== undefined || (machineType !== undefined && INCLUDES_GPUS.test(machineType));
