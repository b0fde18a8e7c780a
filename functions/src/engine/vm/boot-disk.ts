// The boot disk of a VM: what it is made from, its size and its type. Pure.
import { hasGpu, parseImage, parseSnapshot, type MachineSpec, type VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';

interface Source {
  sourceImage?: string;
  sourceSnapshot?: string;
}

export interface BootDisk extends Source {
  /** Absent: as large as its image. */
  diskSizeGb?: string;
  diskType: string;
}

type ImageSettings = Pick<Settings, 'project' | 'image' | 'gpuImage'>;

/** The predecessor gave every VM of a snapshot this disk. */
const SNAPSHOT_DISK_TYPE = 'pd-ssd';
/** Google's own default is pd-standard for many machine types: 75 reads a second and 12 MB/s for 100 GB, and refused by some. */
const USUAL_DISK_TYPE = 'pd-balanced';
/** Machine types that take no persistent disk: https://cloud.google.com/compute/docs/disks/hyperdisks */
const HYPERDISK_TYPE = 'hyperdisk-balanced';
const NEEDS_HYPERDISK = /^(a3-(mega|ultra)gpu|a4|c4|g4|h4|m4|n4|x4|z3)/;

export function bootDisk(
  spec: MachineSpec,
  { zone, machine }: Pick<VmRecord, 'zone' | 'machine'>,
  settings: ImageSettings & Pick<Settings, 'diskSizeGb'>,
): BootDisk {
  const { disk, snapshot } = spec;
  const usual = snapshot === undefined ? USUAL_DISK_TYPE : SNAPSHOT_DISK_TYPE;
  // An image of the project's own may be larger than the usual disk, which Google would refuse.
  const sizeGb = disk?.sizeGb ?? (isOwnImage(spec, settings) ? undefined : settings.diskSizeGb);
  const type = disk?.type ?? (NEEDS_HYPERDISK.test(machine) ? HYPERDISK_TYPE : usual);
  return {
    ...sourceOf(spec, machine, settings),
    ...(sizeGb !== undefined && { diskSizeGb: String(sizeGb) }),
    diskType: `zones/${zone}/diskTypes/${type}`,
  };
}

function isOwnImage({ image }: MachineSpec, { project: own }: ImageSettings): boolean {
  const source = image === undefined ? null : parseImage(image);
  return source !== null && (source.project ?? own) === own;
}

/** A GPU without its driver is of no use, so that its VM has another image. */
function sourceOf(spec: MachineSpec, machine: string, settings: ImageSettings): Source {
  const { image, snapshot } = spec;
  const own = image === undefined ? null : parseImage(image);
  const copied = snapshot === undefined ? null : parseSnapshot(snapshot);
  const pathOf = ({ project = settings.project, path }: { project?: string; path: string }): string =>
    `projects/${project}/${path}`;
  if (copied) return { sourceSnapshot: pathOf(copied) };
  const usual = hasGpu(machine, spec) ? settings.gpuImage : settings.image;
  return { sourceImage: own ? pathOf(own) : usual };
}
