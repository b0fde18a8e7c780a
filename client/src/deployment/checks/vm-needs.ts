// Quotas that one VM takes. https://cloud.google.com/compute/resource-usage#cpu_quota and .../gpus/about-gpus#gpu-quota
import type { WantedDeployment, WantedVm } from './wanted';

export interface Need {
  metric: string;
  need: number;
}

/** External addresses that are in use. */
export const ADDRESSES = 'IN_USE_ADDRESSES';

const DEFAULT_MACHINE_TYPE = 'e2-standard-4';

/** Families whose virtual CPUs have a quota of their own. All others are not looked at, but for those of CPUS. */
const OWN_CPU_QUOTAS = new Set(['a2', 'c2', 'c2d', 'c3', 'm1', 'm2', 'm3', 'n2', 'n2d', 't2a', 't2d']);
const COMMON_CPU_QUOTA = new Set(['e2', 'f1', 'g1', 'n1']);

/** Machine types that come with GPUs: family -> GPU of `highgpu`, and virtual CPUs for each of them. */
const WITH_GPUS: Record<string, readonly [gpu: string, cpusPerGpu: number]> = {
  'a2-highgpu': ['nvidia-tesla-a100', 12],
  'a2-megagpu': ['nvidia-tesla-a100', 6],
  'a2-ultragpu': ['nvidia-a100-80gb', 12],
  'a3-highgpu': ['nvidia-h100-80gb', 26],
};
/** https://cloud.google.com/compute/docs/gpus#l4-gpus: virtual CPUs -> GPUs, by default one. */
const L4_OF_G2: Record<number, number> = { 24: 2, 48: 4, 96: 8 };

const GPU_QUOTAS: Record<string, string> = {
  'nvidia-tesla-p4': 'NVIDIA_P4_GPUS',
  'nvidia-tesla-p100': 'NVIDIA_P100_GPUS',
  'nvidia-tesla-v100': 'NVIDIA_V100_GPUS',
  'nvidia-tesla-t4': 'NVIDIA_T4_GPUS',
  'nvidia-l4': 'NVIDIA_L4_GPUS',
  'nvidia-tesla-a100': 'NVIDIA_A100_GPUS',
  'nvidia-a100-80gb': 'NVIDIA_A100_80GB_GPUS',
};

/** `ofRegion` is for a region in which VMs have external addresses: elsewhere, leave IN_USE_ADDRESSES out. */
export function needsOf(
  { machineType, accelerator }: WantedVm,
  variables: WantedDeployment['variables'],
): { ofProject: Need[]; ofRegion: Need[] } {
  const type = machineType ?? String(variables['machine_type'] ?? DEFAULT_MACHINE_TYPE);
  const { cpus, gpus, gpu } = partsOf(type, accelerator);
  const ofProject = [
    { metric: 'GPUS_ALL_REGIONS', need: gpus },
    { metric: 'CPUS_ALL_REGIONS', need: cpus ?? 0 },
  ];
  const ofRegion = [
    { metric: cpuQuotaOf(type), need: cpus ?? 0 },
    { metric: gpu === undefined ? undefined : GPU_QUOTAS[gpu], need: gpus },
    { metric: ADDRESSES, need: 1 },
  ];
  const isNeeded = (one: { metric: string | undefined; need: number }): one is Need =>
    one.metric !== undefined && one.need > 0;
  return { ofProject: ofProject.filter(isNeeded), ofRegion: ofRegion.filter(isNeeded) };
}

/** Virtual CPUs are undefined for a type whose name does not tell them. */
function partsOf(
  type: string,
  accelerator: WantedVm['accelerator'],
): { cpus: number | undefined; gpus: number; gpu: string | undefined } {
  const [, series = '', gpusOfType] = /^([a-z0-9]+-[a-z]+)-(\d+)g$/.exec(type) ?? [];
  const own = WITH_GPUS[series];
  if (own && gpusOfType !== undefined) {
    const gpus = Number(gpusOfType);
    return { gpus, gpu: own[0], cpus: gpus * own[1] };
  }
  const cpus = cpusIn(type);
  if (type.startsWith('g2-') && cpus !== undefined) return { cpus, gpus: L4_OF_G2[cpus] ?? 1, gpu: 'nvidia-l4' };
  return { cpus, gpus: accelerator?.count ?? 0, gpu: accelerator?.type };
}

/** n2-standard-8, n2-custom-4-8192, custom-4-8192. */
function cpusIn(type: string): number | undefined {
  const [, cpus] = /^(?:[a-z0-9]+-)?custom-(\d+)-/.exec(type) ?? /^[a-z0-9]+-[a-z]+-(\d+)(?:-|$)/.exec(type) ?? [];
  return cpus === undefined ? undefined : Number(cpus);
}

function cpuQuotaOf(type: string): string | undefined {
  const family = type.startsWith('custom-') ? 'n1' : type.slice(0, type.indexOf('-'));
  if (OWN_CPU_QUOTAS.has(family)) return `${family.toUpperCase()}_CPUS`;
  return COMMON_CPU_QUOTA.has(family) ? 'CPUS' : undefined;
}
