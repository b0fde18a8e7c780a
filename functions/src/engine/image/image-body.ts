// The body of the images.insert call. Pure.
import { imageFamily, imageResource, LABELS, type BuildRequest, type VmRecord } from '@mymlops/protocol';
import type { Settings } from '../settings';

/** The part of Compute's Image that we send (https://cloud.google.com/compute/docs/reference/rest/v1/images). */
export interface ImageBody {
  name: string;
  family: string;
  labels: Record<string, string>;
  description: string;
  sourceDisk: string;
  /** Absent: Google's choice, of several regions. */
  storageLocations?: string[];
}

export function imageBody(
  { name, build, content }: BuildRequest,
  vm: VmRecord,
  { deployment, region }: Pick<Settings, 'deployment' | 'region'>,
): ImageBody {
  return {
    name: imageResource(deployment, name, build),
    family: imageFamily(deployment, name),
    labels: { [LABELS.deployment]: deployment, [LABELS.kind]: 'image', [LABELS.build]: build },
    description: `Built by mymlops, ${build}. SHA-256 of its request: ${content}`,
    sourceDisk: `zones/${vm.zone}/disks/${vm.name}`,
    // Where all else of the deployment is: a policy of an organisation may allow no other place.
    ...(region !== undefined && { storageLocations: [region] }),
  };
}
