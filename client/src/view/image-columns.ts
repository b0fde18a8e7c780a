// The columns of `image ls`: what each of them shows of a build.
import type { ImageDocument } from '@mymlops/protocol';
import { buildStateParts, type ShownBuild } from './image-lines';
import { printableLine } from './printable';
import { coarseText, secondsBetween } from './times';

export const IMAGE_COLUMNS = ['NAME', 'STATUS', 'AGE', 'BY', 'BUILD', 'FAMILY', 'IMAGE'];

export interface ShownImage {
  build: string;
  family?: string | undefined;
  /** Its image was deleted without the deployment. */
  isGone?: true | undefined;
  document: ShownBuild & Pick<ImageDocument, 'name' | 'image' | 'submittedBy' | 'finishedAt'>;
}

/** A row of `image ls`. The age counts from the end, else from the request. */
export function imageRow({ build, family, isGone, document }: ShownImage, now: Date): string[] {
  const { name, image, submittedBy, submittedAt, finishedAt, reason, end } = document;
  const seconds = secondsBetween(finishedAt ?? submittedAt, now.toISOString());
  const why = end && reason ? ` (${reason})` : '';
  return [
    printableLine(name ?? '-'),
    isGone ? 'gone' : `${buildStateParts(document).join(', ')}${why}`,
    seconds === null ? '-' : coarseText(seconds),
    printableLine(submittedBy ?? '-'),
    build,
    printableLine(family ?? '-'),
    printableLine(image ?? '-'),
  ];
}
