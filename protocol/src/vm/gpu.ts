// Whether a VM has a GPU, and facts about GPUs that Compute Engine's lists do not have.
import type { MachineSpec } from './machine-spec';

/** Machine types that include GPUs: https://cloud.google.com/compute/docs/gpus. The series G1 is a shared CPU. */
const INCLUDES_GPUS = /^(a|g(?!1-))\d/;

/** @param machineType That of the VM; undefined if it is not known. */
export const hasGpu = (machineType: string | undefined, { accelerator }: Pick<MachineSpec, 'accelerator'>): boolean =>
  accelerator !== undefined || (machineType !== undefined && INCLUDES_GPUS.test(machineType));

/** GB of one GPU: https://cloud.google.com/compute/docs/gpus, the tables "GPU memory". */
const MEMORY_GB: Readonly<Record<string, number>> = {
  'nvidia-a100-80gb': 80,
  'nvidia-b200': 180,
  'nvidia-h100-80gb': 80,
  'nvidia-h100-mega-80gb': 80,
  'nvidia-h200-141gb': 141,
  'nvidia-l4': 24,
  'nvidia-rtx-pro-6000': 96,
  'nvidia-tesla-a100': 40,
  'nvidia-tesla-k80': 12,
  'nvidia-tesla-p100': 16,
  'nvidia-tesla-p4': 8,
  'nvidia-tesla-t4': 16,
  'nvidia-tesla-v100': 16,
};

/** A virtual workstation (`-vws`) has the GPU of the same name. */
const gpuNameOf = (type: string): string => type.replace(/-vws$/, '');

/** GB of memory of one GPU of a type; undefined for a type that is not known here. */
export const gpuMemoryGb = (type: string): number | undefined => MEMORY_GB[gpuNameOf(type)];

/**
 * GPUs that are attached to a VM of the series N1. All others come with machine types of their own. https://cloud.google.com/compute/docs/gpus#n1-gpus
 */
export const attachesToN1 = (type: string): boolean => /^nvidia-tesla-(k80|p100|p4|t4|v100)$/.test(gpuNameOf(type));

/**
 * Virtual CPUs that a VM of the series N1 may have at most, by the number of its GPUs: https://cloud.google.com/compute/docs/gpus#n1-gpus.
 * Some zones take fewer beside four P100.
 */
const MOST_VCPUS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'nvidia-tesla-k80': { 1: 8, 2: 16, 4: 32, 8: 64 },
  'nvidia-tesla-p100': { 1: 16, 2: 32, 4: 96 },
  'nvidia-tesla-p4': { 1: 24, 2: 48, 4: 96 },
  'nvidia-tesla-t4': { 1: 48, 2: 48, 4: 96 },
  'nvidia-tesla-v100': { 1: 12, 2: 24, 4: 48, 8: 96 },
};

/** For a GPU that is attached: how many of it a VM can have, each with the most virtual CPUs beside them. Smallest first. */
export const countsOnN1 = (type: string): { count: number; mostVcpus: number }[] =>
  Object.entries(MOST_VCPUS[gpuNameOf(type)] ?? {}).map(([count, mostVcpus]) => ({ count: Number(count), mostVcpus }));

/** Machine types to which GPUs can be attached. */
export const takesGpus = (machineType: string): boolean => /^(n1|custom)-/.test(machineType);
