// Chooses the base of an image, and the VM that builds it.
import { hasGpu, imageFamily, isRunId, type MachineSpec, parseImage } from '@mymlops/protocol';
import type { MachineConfig } from '../config/schema-machine';
import type { Target } from '../config/target';
import { machineSpecOf } from '../runs/commit/machine-spec';

export interface BuildMachine {
  machine: MachineSpec;
  /** The base is the deployment's image for GPUs. */
  gpuImage?: true;
  /** For the user, about the base. */
  notice?: string;
}

export interface BaseChoice {
  target: Target;
  /** The image to build. */
  name: string;
  /** The machine spec of the chosen profile. */
  profile?: MachineConfig | undefined;
  gpu?: boolean | undefined;
  machineType?: string | undefined;
  baseImage?: string | undefined;
  diskGb?: number | undefined;
}

/** A build needs no GPU: drivers are in the image, and packages install without one. Only `machineType` brings one. */
export function buildMachineOf(choice: BaseChoice): BuildMachine {
  const { target, profile = {}, baseImage, diskGb } = choice;
  const { image, snapshot, gpuImage, notice } = baseOf(choice);
  const spec = machineSpecOf({ ...profile, image: baseImage ?? image, snapshot }, target);
  const { accelerator: _, ...rest } = spec;
  const sizeGb = diskGb ?? rest.disk?.sizeGb;
  return {
    machine: {
      ...rest,
      machineType: choice.machineType ?? withoutGpu(profile.machine_type),
      provisioning: 'standard',
      disk: sizeGb === undefined ? rest.disk : { ...rest.disk, sizeGb },
    },
    ...(gpuImage && { gpuImage }),
    ...(notice !== undefined && { notice }),
  };
}

const withoutGpu = (machineType: string | undefined): string | undefined =>
  hasGpu(machineType, {}) ? undefined : machineType;

type Base = Pick<MachineSpec, 'image' | 'snapshot'> & Pick<BuildMachine, 'gpuImage' | 'notice'>;

function baseOf({ target, name, profile = {}, gpu, machineType, baseImage }: BaseChoice): Base {
  if (baseImage !== undefined) return {};
  const { image, snapshot, accelerator, machine_type: profileType } = profile;
  if (snapshot !== undefined) return { snapshot };
  const family = imageFamily(target.deployment, name);
  const isOwn = image !== undefined && isOf(family, image, target.project);
  if (image !== undefined && !isOwn) return { image };
  const isForGpu = gpu === true || accelerator !== undefined || hasGpu(profileType, {}) || hasGpu(machineType, {});
  const usual = isForGpu ? "the deployment's image for GPUs" : "the deployment's image";
  return {
    ...(isForGpu && { gpuImage: true }),
    ...(isOwn && { notice: `The profile starts from ${image}, which this builds anew: the base is ${usual}.` }),
  };
}

/** Whether `image` is the family, or one of its images. */
function isOf(family: string, image: string, own: string): boolean {
  const { project = own, path } = parseImage(image) ?? { path: '' };
  const name = path.replace(/^global\/images\//, '');
  const isBuilt = name.startsWith(`${family}-`) && isRunId(name.slice(family.length + 1));
  return project === own && (name === `family/${family}` || isBuilt);
}
