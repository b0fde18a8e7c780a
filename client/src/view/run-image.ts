// The image that the disk of a run's VM was made of: an image family, and a name that was reused, stand for another one later.
import { currentPeriod, newestReport, parseImage, type RunDocument } from '@mymlops/protocol';

/**
 * Full name of the image, of the newest attempt whose agent said it. Undefined: none has reported, its agent is an earlier one,
 * or the disk was made of a snapshot.
 */
export function usedImage({ attempts }: Pick<RunDocument, 'attempts'>): string | undefined {
  const said = Object.entries(attempts)
    .toSorted(([left], [right]) => Number(right) - Number(left))
    .map(([, { vm }]) => newestReport('agent', currentPeriod(vm))?.image);
  return said.find((image) => image !== undefined);
}

/** The image that was used, and the one that was requested unless it is the same. */
export function imageText(document: RunDocument): string | undefined {
  const { image, snapshot } = document.request?.machine ?? {};
  const requested = image ?? (snapshot && `snapshot ${snapshot}`);
  const used = usedImage(document);
  if (used === undefined || requested === undefined) return used ?? requested;
  const path = image === undefined ? undefined : parseImage(image)?.path;
  if (path !== undefined && used.endsWith(`/${path}`)) return used;
  return `${used}, requested as ${requested}`;
}
