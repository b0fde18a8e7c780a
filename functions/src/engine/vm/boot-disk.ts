// The boot disk of an attempt's VM: what it is made from, its size and its type. Pure.
import { parseImage, parseSnapshot, type Attempt, type CommitRequest } from '@mymlops/protocol';
import type { InstanceBody, VmSettings } from './insert-body';

type Made = InstanceBody['disks'][number]['initializeParams'];
type InstanceRequest = CommitRequest['instance'];

/** The predecessor gave every VM of a snapshot this disk. */
const SNAPSHOT_DISK_TYPE = 'pd-ssd';
/** Machines that take no persistent disk: Compute Engine gives them the type that they need. */
const NEEDS_OTHER_DISK = /^(a3-(mega|ultra)gpu|a4|c4|g4|h4|m4|n4|x4|z3)/;

export function bootDisk(
  instance: InstanceRequest,
  { zone, machine }: Pick<Attempt['decided'], 'zone' | 'machine'>,
  settings: Pick<VmSettings, 'project' | 'image' | 'diskSizeGb'>,
): Pick<Made, 'sourceImage' | 'sourceSnapshot' | 'diskSizeGb' | 'diskType'> {
  const { disk, snapshot } = instance;
  const ofSnapshot = snapshot !== undefined && !NEEDS_OTHER_DISK.test(machine) ? SNAPSHOT_DISK_TYPE : undefined;
  const type = disk?.type ?? ofSnapshot;
  return {
    ...sourceOf(instance, settings),
    diskSizeGb: String(disk?.sizeGb ?? settings.diskSizeGb),
    ...(type !== undefined && { diskType: `zones/${zone}/diskTypes/${type}` }),
  };
}

function sourceOf(
  { image, snapshot }: InstanceRequest,
  settings: Pick<VmSettings, 'project' | 'image'>,
): Pick<Made, 'sourceImage' | 'sourceSnapshot'> {
  const own = image === undefined ? null : parseImage(image);
  const copied = snapshot === undefined ? null : parseSnapshot(snapshot);
  const pathOf = ({ project = settings.project, path }: { project?: string; path: string }): string =>
    `projects/${project}/${path}`;
  if (copied) return { sourceSnapshot: pathOf(copied) };
  return { sourceImage: own ? pathOf(own) : settings.image };
}
