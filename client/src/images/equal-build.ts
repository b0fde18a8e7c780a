// An equal build is not done again: its image is used, or it is followed.
import type { FoundImage } from '../google/images';
import { isUnderWay, readyImages } from './image-facts';

export type EqualBuild =
  /** Its image is what the family means. */
  | { why: 'ready'; found: FoundImage }
  | { why: 'under-way'; found: FoundImage }
  /** It has an image, but the family means a newer one of other content. */
  | { why: 'replaced'; found: FoundImage };

/** The build of `content` that makes another one needless, or nearly. `all`: newest first. */
export function equalBuild(
  all: readonly FoundImage[],
  { name, content }: { name: string; content: string },
): EqualBuild | undefined {
  const isEqual = ({ document }: FoundImage): boolean => document.name === name && document.content === content;
  // The newest build of the name decides: its image is what the family will mean.
  const building = all.find(({ document }) => document.name === name && isUnderWay(document));
  if (building) return isEqual(building) ? { why: 'under-way', found: building } : undefined;
  const ready = readyImages(all, name);
  const found = ready.find(isEqual);
  return found && { why: found === ready[0] ? 'ready' : 'replaced', found };
}
