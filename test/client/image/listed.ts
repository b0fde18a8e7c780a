// Builds as `image ls` reads them.
import type { FoundImage, ListedImage } from '../../../client/src/google/images';
import { imageResource } from '@mymlops/protocol';

/** The id of the build that was requested in hour `hour`. */
export const buildAt = (hour: number): string => `20260101-${String(hour).padStart(2, '0')}0000-aaaa`;
export const timeAt = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

export interface Listed extends Partial<ListedImage> {
  hour: number;
}

/** One that goes on, unless `overrides` say otherwise. */
export function listed({ hour, ...overrides }: Listed): FoundImage {
  const at = timeAt(hour);
  const document: ListedImage = {
    ...{ v: 1, status: 'queued', message: 'Waiting for a VM.', name: 'torch', content: 'c'.repeat(64), live: true },
    ...{ submittedBy: 'ada@home', submittedAt: at, acceptedAt: at, ...overrides },
  };
  return { id: buildAt(hour), document };
}

/** One whose image is ready. */
export function ready({ hour, name = 'torch', ...overrides }: Listed): FoundImage {
  const at = timeAt(hour);
  const image = imageResource('mymlops', name, buildAt(hour));
  const end = { status: 'ready' as const, message: `The image ${image} is ready.`, at };
  return listed({
    ...{ hour, name, status: 'ready', message: end.message, image, end, finishedAt: at, live: false, attempt: 1 },
    ...{ made: { name: image, family: `mymlops-${name}`, attempt: 1, requestedAt: at, readyAt: at }, cleanedAt: at },
    ...overrides,
  });
}

/** One that has failed, or was cancelled. */
export const unmade = (status: 'failed' | 'cancelled', { hour, ...overrides }: Listed): FoundImage =>
  listed({
    ...{ hour, status, message: 'No.', live: false, finishedAt: timeAt(hour), cleanedAt: timeAt(hour) },
    ...{ end: { status, message: 'No.', at: timeAt(hour) }, ...overrides },
  });
