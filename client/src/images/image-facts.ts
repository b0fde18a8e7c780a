// Small readings of listed images that several rules share.
import { imageFamily } from '@mymlops/protocol';
import type { FoundImage, ListedImage } from '../google/images';

/** Built, and not being removed. */
export const isReady = ({ status, deletion, removing }: ListedImage): boolean =>
  status === 'ready' && !deletion && !removing;

/** It goes on, and nobody has cancelled it. */
export const isUnderWay = ({ end, acceptedAt, cancel }: ListedImage): boolean =>
  end === undefined && acceptedAt !== undefined && cancel === undefined;

/** The ready images of a name. The first is the newest by Google, which is what the family means. */
export const readyImages = (all: readonly FoundImage[], name: string | undefined): FoundImage[] =>
  all
    .filter(({ document }) => document.name === name && isReady(document))
    .toSorted((one, other) => (madeAt(other) < madeAt(one) ? -1 : 1));

/** Images count by when their making began: https://cloud.google.com/compute/docs/images/image-families-best-practices */
const madeAt = ({ id, document }: FoundImage): string => document.made?.requestedAt ?? document.submittedAt ?? id;

export const familyOf = ({ name }: Pick<ListedImage, 'name'>, deployment: string): string | undefined =>
  name === undefined ? undefined : imageFamily(deployment, name);

/** The line for mymlops.yml, and where it belongs. */
export const CONFIG_HINT = 'To run on it, write into `instance` of mymlops.yml:';
export const configLine = (deployment: string, name: string): string =>
  `image: family/${imageFamily(deployment, name)}`;
