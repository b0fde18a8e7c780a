// The answer to `images`: a client has no right to look at an image itself.
import type { ImagesLook } from '@mymlops/protocol';
import type { SweepContext } from './context';

/** Looks; changes nothing. Throws where Google refuses one look. */
export async function lookForImages(
  images: readonly string[],
  { computeCatalog, settings: { project }, now }: SweepContext,
): Promise<ImagesLook> {
  const looks = images.map(async (name) => ({
    name,
    exists: await computeCatalog.hasBootSource(`projects/${project}/global/images/${name}`),
  }));
  const absent = (await Promise.all(looks)).filter(({ exists }) => exists === false).map(({ name }) => name);
  return { v: 1, at: new Date(now()).toISOString(), absent: absent.toSorted() };
}
