// The image or snapshot that a new disk is made of, where it is one of the project's own. Names of other projects are all taken.
import type { HttpError } from '../shared/http';
import { globalNotReady } from './api-errors';
import { invalidField } from './fields';
import type { DiskSpec } from './insert-body';
import type { ImageRecord } from './records';
import type { ComputeStore } from './store';

const SOURCE =
  /^(?:https?:\/\/[^/]+\/compute\/v1\/)?(?:projects\/([^/]+)\/)?global\/(images|snapshots)\/(?:(family)\/)?([^/]+)$/;

/** Newest first; one that is not ready counts in no family. */
export function newestOfFamily(store: ComputeStore, family: string): ImageRecord | undefined {
  return [...store.images.values()]
    .filter((image) => image.family === family && image.status === 'READY')
    .toSorted((a, b) => b.createdAt - a.createdAt)
    .at(0);
}

/**
 * The disks of a new VM, each with the image that its name stands for at this moment: a family moves on, and the disk does not.
 * @throws HttpError 400 where an image or snapshot of the project does not exist, is not ready, or is larger than the disk.
 */
export function withOwnSources(store: ComputeStore, project: string, disks: readonly DiskSpec[]): DiskSpec[] {
  return disks.map((disk, index) => {
    const [, owner = project, collection, family, name] = SOURCE.exec(disk.sourceImage) ?? [];
    if (!disk.make || name === undefined || owner !== project) return disk;
    const field = `resource.disks[${index}].initializeParams`;
    // The local cloud makes no snapshots.
    if (collection === 'snapshots') throw absent(`${field}.sourceSnapshot`, disk.sourceImage, 'snapshot');
    const image = family === undefined ? store.imageNamed(name) : newestOfFamily(store, name);
    if (!image) throw absent(`${field}.sourceImage`, disk.sourceImage, 'image');
    if (image.status !== 'READY') throw globalNotReady(project, 'images', image.name);
    const sourceImage = `projects/${project}/global/images/${image.name}`;
    return { ...disk, ...fitted(disk, image, field), sourceImage, imageId: image.id };
  });
}

/**
 * The full name of an image as a VM's metadata server has it. Undefined for a snapshot, and for a family of another project: only
 * Google knows which image is the newest of it.
 */
export function imageNameOf({ sourceImage }: Pick<DiskSpec, 'sourceImage'>): string | undefined {
  const [, owner, collection, family, name] = SOURCE.exec(sourceImage) ?? [];
  const isKnown = owner !== undefined && collection === 'images' && family === undefined;
  return isKnown ? `projects/${owner}/global/images/${name}` : undefined;
}

const absent = (field: string, path: string, kind: string): HttpError =>
  invalidField(field, path, `The referenced ${kind} resource cannot be found.`);

function fitted({ sizeGb }: DiskSpec, image: ImageRecord, field: string): Pick<DiskSpec, 'sizeGb'> {
  if (sizeGb === undefined) return { sizeGb: image.sizeGb };
  if (sizeGb >= image.sizeGb) return { sizeGb };
  const why = `Requested disk size cannot be smaller than the image size (${image.sizeGb} GB)`;
  throw invalidField(`${field}.diskSizeGb`, sizeGb, why);
}
