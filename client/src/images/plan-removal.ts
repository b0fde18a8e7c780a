// Which images may be removed: none that a build still makes, and none that a mymlops.yml names. Pure.
import { imageFamily } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import type { FoundImage } from '../google/images';
import { readyImages } from './image-facts';
import type { NamedImages } from './named-images';

export interface RemovalFacts {
  /** Every image of the deployment. */
  all: readonly FoundImage[];
  named: NamedImages;
  deployment: string;
}

/** Throws ExpectedError that names the first obstacle. */
export function refuseNeeded(found: readonly FoundImage[], { all, named, deployment }: RemovalFacts): void {
  const building = found.find(({ document }) => !document.end);
  if (building) {
    const { id, document } = building;
    throw new ExpectedError(
      `${id} is ${document.status}. End it first: mymlops-client image cancel ${id}`,
      EXIT.notFinished,
    );
  }
  const removed = new Set(found.map(({ id }) => id));
  for (const { document } of found) {
    const { image, name } = document;
    if (image !== undefined && named.exactly.has(image)) throw needed(image, 'it');
    const family = name === undefined ? undefined : imageFamily(deployment, name);
    if (family === undefined || !named.families.has(family)) continue;
    const ready = readyImages(all, name);
    const loses = ready.some(({ id }) => removed.has(id));
    if (loses && ready.every(({ id }) => removed.has(id)))
      throw needed(image ?? family, `family/${family}, whose last image it is`);
  }
}

const needed = (image: string, what: string): ExpectedError =>
  new ExpectedError(`${image} stays: mymlops.yml names ${what}. Name another image there first.`);
