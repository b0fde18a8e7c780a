// Whether an image or a snapshot exists, in this project or in another one.
import type { ComputeCalls } from './clients';
import { httpStatusOf } from './failures';

const IMAGE = /^projects\/([^/]+)\/global\/images\/(?:(family)\/)?([^/]+)$/;
const SNAPSHOT = /^projects\/([^/]+)\/global\/snapshots\/([^/]+)$/;

/**
 * Undefined where Google refuses to tell: only of another project, in which this function has no right. Throws where it is refused
 * in its own. https://cloud.google.com/compute/docs/reference/rest/v1/images/getFromFamily: a family without an image that is not
 * deprecated is "not found".
 */
export async function hasBootSource(compute: ComputeCalls, path: string): Promise<boolean | undefined> {
  const [, imageProject, isFamily, image] = IMAGE.exec(path) ?? [];
  const [, snapshotProject, snapshot] = SNAPSHOT.exec(path) ?? [];
  const project = imageProject ?? snapshotProject;
  if (project === undefined) return undefined;
  try {
    const found = await compute.find(`look at ${path}`, ({ images, snapshots }) => {
      if (snapshot !== undefined) return snapshots().get({ project, snapshot });
      return isFamily === undefined
        ? images().get({ project, image: image ?? '' })
        : images().getFromFamily({ project, family: image ?? '' });
    });
    return found !== undefined;
  } catch (error) {
    if (httpStatusOf(error) === 403 && project !== compute.project) return undefined;
    throw error;
  }
}
