// The older images of a family go: before a build those that an earlier one has left, and after it.
import { imageFamily, type ImageRequest } from '@mymlops/protocol';
import type { Bus } from '../google/bus';
import type { FoundImage } from '../google/images';
import { submitter } from '../runs/submitter';
import { readyImages } from './image-facts';
import type { NamedImages } from './named-images';

/** So many stay: the newest, and the one before it to go back to. */
const KEPT = 2;

/** The images of that name that nothing needs any more: neither one of the last two, nor named exactly. */
export const olderImages = (all: readonly FoundImage[], name: string, { exactly }: NamedImages): FoundImage[] =>
  readyImages(all, name)
    .slice(KEPT)
    .filter(({ document }) => document.image === undefined || !exactly.has(document.image));

/** Which of all names have some, for the list; `image build` removes them. */
export function leftoverLines(all: readonly FoundImage[], named: NamedImages, deployment: string): string[] {
  const names = new Set(all.flatMap(({ document: { name } }) => name ?? []));
  return [...names].flatMap((name) => {
    const older = olderImages(all, name, named);
    if (older.length === 0) return [];
    const which =
      older.length === 1
        ? 'an image that nothing needs, and that bills'
        : `${older.length} images that nothing needs, and that bill`;
    const them = older.length === 1 ? 'it' : 'them';
    return [
      `${imageFamily(deployment, name)} has ${which} on. The next \`image build ${name}\` removes ${them}, or:`,
      ...older.map(({ id }) => `  mymlops-client image rm ${id}`),
    ];
  });
}

export const removalOf = (build: string, now: Date): ImageRequest => ({
  ...{ v: 1, type: 'remove-image', build, by: submitter(), at: now.toISOString() },
});

/** Requests the removal of each, and says so. Requesting it twice is the same as once. */
export async function removeOlder(
  older: readonly FoundImage[],
  bus: Pick<Bus, 'publish'>,
  say: (line: string) => void,
): Promise<void> {
  for (const { id, document } of older) {
    await bus.publish(removalOf(id, new Date()));
    say(`${document.image ?? id} is being removed: the last two of its family stay.`);
  }
}
