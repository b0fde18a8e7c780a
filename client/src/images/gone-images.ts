// Images that the deployment has built, and that somebody has deleted since without it: in the console, or with gcloud. Only a function
// may look.
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import type { Deployment } from '../deployment/connect';
import { requestAbsentImages } from '../deployment/sweeps';
import type { FoundImage } from '../google/images';
import { isReady } from './image-facts';

/**
 * Ids of those of `images` whose image is gone. Where that cannot be looked up, says so, and resolves to none. Rejects after an
 * interruption.
 */
export async function goneImages(
  { interrupted, notice }: Pick<Context, 'interrupted' | 'notice'>,
  deployment: Deployment,
  images: readonly FoundImage[],
): Promise<ReadonlySet<string>> {
  const built = images.flatMap(({ id, document }) =>
    isReady(document) && document.image !== undefined ? [{ id, image: document.image }] : [],
  );
  if (built.length === 0) return new Set();
  try {
    const names = built.map(({ image }) => image);
    const absent = new Set(await requestAbsentImages(deployment, names, interrupted));
    return new Set(built.filter(({ image }) => absent.has(image)).map(({ id }) => id));
  } catch (error) {
    if (!(error instanceof ExpectedError) || interrupted.aborted) throw error;
    notice(`Whether the images still exist could not be looked up: ${error.message}`);
    return new Set();
  }
}

export const goneLine = ({ id, document: { image } }: FoundImage): string =>
  `${image ?? id} does not exist any more: it was deleted outside of mymlops.`;
