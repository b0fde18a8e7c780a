// The zones and machine types of the local cloud. Google's common type names are accepted, so that a configuration written
// for Google runs here unchanged; every VM has the cores and the memory of this computer.
import { cpus, totalmem } from 'node:os';
import { THIS_COMPUTER } from '@mymlops/protocol';

export const REGION = 'local';
export const ZONES = ['local-a', 'local-b', 'local-c'] as const;
/** Some of Google's formats contain the project's number. */
export const PROJECT_NUMBER = '100000000001';
export const DEFAULT_SERVICE_ACCOUNT = `${PROJECT_NUMBER}-compute@developer.gserviceaccount.com`;

export interface Accelerators {
  type: string;
  count: number;
}

export interface MachineType {
  id: string;
  name: string;
  guestCpus: number;
  memoryMb: number;
  description: string;
  /** GPUs that Google's VMs of this type hold. */
  accelerators: readonly Accelerators[];
  /** Google's VMs of this type hold a GPU and cannot migrate. */
  hasAccelerator: boolean;
  /** Google's VMs of this type come with local SSDs. */
  hasLocalSsd: boolean;
}

/** Family, megabytes for each virtual CPU, numbers of virtual CPUs. */
const FAMILIES: readonly [string, number, readonly number[]][] = [
  ['e2-standard', 4096, [2, 4, 8, 16, 32]],
  ['e2-highmem', 8192, [2, 4, 8, 16]],
  ['e2-highcpu', 1024, [2, 4, 8, 16, 32]],
  ['n1-standard', 3840, [1, 2, 4, 8, 16, 32, 64, 96]],
  ['n1-highmem', 6656, [2, 4, 8, 16, 32, 64, 96]],
  ['n1-highcpu', 922, [2, 4, 8, 16, 32, 64, 96]],
  ['n2-standard', 4096, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128]],
  ['n2-highmem', 8192, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128]],
  ['n2-highcpu', 1024, [2, 4, 8, 16, 32, 48, 64, 80, 96]],
  ['n2d-standard', 4096, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224]],
  ['n2d-highmem', 8192, [2, 4, 8, 16, 32, 48, 64, 80, 96]],
  ['n2d-highcpu', 1024, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224]],
  ['t2d-standard', 4096, [1, 2, 4, 8, 16, 32, 48, 60]],
  ['c2-standard', 4096, [4, 8, 16, 30, 60]],
  ['c2d-standard', 4096, [2, 4, 8, 16, 32, 56, 112]],
  ['c2d-highmem', 8192, [2, 4, 8, 16, 32, 56, 112]],
  ['c2d-highcpu', 2048, [2, 4, 8, 16, 32, 56, 112]],
  ['c3-standard', 4096, [4, 8, 22, 44, 88, 176]],
  ['c3-highmem', 8192, [4, 8, 22, 44, 88, 176]],
  ['c3-highcpu', 2048, [4, 8, 22, 44, 88, 176]],
  ['c4-standard', 3840, [2, 4, 8, 16, 24, 32, 48, 96]],
  ['c4-highmem', 7936, [2, 4, 8, 16, 24, 32, 48, 96]],
  ['c4-highcpu', 2048, [2, 4, 8, 16, 24, 32, 48, 96]],
  ['n4-standard', 4096, [2, 4, 8, 16, 32, 48, 64, 80]],
  ['n4-highmem', 8192, [2, 4, 8, 16, 32, 48, 64, 80]],
  ['n4-highcpu', 2048, [2, 4, 8, 16, 32, 48, 64, 80]],
  ['g2-standard', 4096, [4, 8, 12, 16, 24, 32, 48, 96]],
];

/** Type, virtual CPUs, megabytes. */
const SINGLE_TYPES: readonly [string, number, number][] = [
  ['f1-micro', 1, 614],
  ['g1-small', 1, 1740],
  ['e2-micro', 2, 1024],
  ['e2-small', 2, 2048],
  ['e2-medium', 2, 4096],
  ['a2-highgpu-1g', 12, 87040],
  ['a2-highgpu-2g', 24, 174080],
  ['a2-highgpu-4g', 48, 348160],
  ['a2-highgpu-8g', 96, 696320],
  ['a2-ultragpu-1g', 12, 174080],
  ['a2-ultragpu-2g', 24, 348160],
  ['a2-ultragpu-4g', 48, 696320],
  ['a2-ultragpu-8g', 96, 1392640],
  ['a3-highgpu-1g', 26, 239616],
  ['a3-highgpu-8g', 208, 1916928],
  ['a3-megagpu-8g', 208, 1916928],
];

function allMachineTypes(): MachineType[] {
  const sizes: [string, number, number][] = [
    [THIS_COMPUTER, cpus().length, Math.floor(totalmem() / 2 ** 20)],
    ...SINGLE_TYPES,
    ...FAMILIES.flatMap(([family, mbPerCpu, counts]) =>
      counts.map((count): [string, number, number] => [`${family}-${count}`, count, count * mbPerCpu]),
    ),
  ];
  return sizes.map(([name, guestCpus, memoryMb], index) => typeOf(String(1000 + index), name, { guestCpus, memoryMb }));
}

function typeOf(
  id: string,
  name: string,
  { guestCpus, memoryMb }: Pick<MachineType, 'guestCpus' | 'memoryMb'>,
): MachineType {
  const accelerators = acceleratorsOf(name, guestCpus);
  return {
    id,
    name,
    guestCpus,
    memoryMb,
    description: name === THIS_COMPUTER ? 'This computer' : `Accepted for Google's ${name}; runs on this computer`,
    accelerators,
    hasAccelerator: accelerators.length > 0,
    hasLocalSsd: /^(a2-ultragpu|a3)-/.test(name),
  };
}

const GPUS_OF_SERIES: Readonly<Record<string, string>> = {
  'a2-highgpu': 'nvidia-tesla-a100',
  'a2-ultragpu': 'nvidia-a100-80gb',
  'a3-highgpu': 'nvidia-h100-80gb',
  'a3-megagpu': 'nvidia-h100-mega-80gb',
};
/** By virtual CPUs, by default one: https://cloud.google.com/compute/docs/gpus#l4-gpus */
const L4_OF_G2: Readonly<Record<number, number>> = { 24: 2, 48: 4, 96: 8 };

function acceleratorsOf(name: string, guestCpus: number): Accelerators[] {
  if (name.startsWith('g2-')) return [{ type: 'nvidia-l4', count: L4_OF_G2[guestCpus] ?? 1 }];
  const [, series = '', count] = /^(.+)-(\d+)g$/.exec(name) ?? [];
  const type = GPUS_OF_SERIES[series];
  return type === undefined ? [] : [{ type, count: Number(count) }];
}

/** `custom-4-8192`, `n2-custom-4-8192-ext`: made to measure, and in no list. */
const CUSTOM = /^(?:(?:e2|n1|n2|n2d|n4)-)?custom-(\d{1,3})-(\d{3,7})(?:-ext)?$/;

function customType(name: string): MachineType | undefined {
  const [, cpuCount, megabytes] = CUSTOM.exec(name) ?? [];
  return cpuCount === undefined
    ? undefined
    : typeOf('0', name, { guestCpus: Number(cpuCount), memoryMb: Number(megabytes) });
}

/** Accelerators that can be attached to a VM: the name is accepted, and the VM sees the GPUs of this computer. */
const ACCELERATOR_TYPES: readonly string[] = [
  'nvidia-a100-80gb',
  'nvidia-b200',
  'nvidia-h100-80gb',
  'nvidia-h100-mega-80gb',
  'nvidia-h200-141gb',
  'nvidia-l4',
  'nvidia-l4-vws',
  'nvidia-rtx-pro-6000',
  'nvidia-tesla-a100',
  'nvidia-tesla-k80',
  'nvidia-tesla-p100',
  'nvidia-tesla-p100-vws',
  'nvidia-tesla-p4',
  'nvidia-tesla-p4-vws',
  'nvidia-tesla-t4',
  'nvidia-tesla-t4-vws',
  'nvidia-tesla-v100',
];

export interface Catalog {
  machineTypes: readonly MachineType[];
  machineType(name: string): MachineType | undefined;
  acceleratorTypes: readonly string[];
}

export function createCatalog(): Catalog {
  const machineTypes = allMachineTypes().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map(machineTypes.map((type) => [type.name, type]));
  return {
    machineTypes,
    machineType: (name) => byName.get(name) ?? customType(name),
    acceleratorTypes: ACCELERATOR_TYPES,
  };
}
