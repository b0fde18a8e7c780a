// The build of an image as text, while it is followed and at its end.
import type { ImageDocument } from '@mymlops/protocol';
import { printable, printableLine } from './printable';
import { durationText, secondsBetween } from './times';

/** Also of a listed one. */
export type ShownBuild = Pick<
  ImageDocument,
  'status' | 'reason' | 'phase' | 'message' | 'end' | 'made' | 'submittedAt' | 'removing' | 'deletion'
>;

const MAKING = 'making the image';

/** The state of a followed build. Equal texts mean the same state for the reader. */
export const buildProgressText = (document: ShownBuild | null): string =>
  [...buildStateParts(document), ...waitParts(document)].join(', ');

/** The same with the time since the request, which comes before words that a narrow terminal would cut off. */
export function buildLiveText(document: ShownBuild | null, { now, sentAt }: { now: Date; sentAt: string }): string {
  const seconds = secondsBetween(document?.submittedAt ?? sentAt, now.toISOString());
  const clock = seconds === null ? [] : [durationText(seconds)];
  return [...buildStateParts(document), ...clock, ...waitParts(document)].join(', ');
}

/** `building, setup`. */
export function buildStateParts(document: ShownBuild | null): string[] {
  if (!document) return ['sent'];
  const { status, end, phase, made, removing, deletion } = document;
  if (removing ?? deletion) return ['removing'];
  if (end) return [status];
  if (made) return [status, MAKING];
  return phase ? [status, phase] : [status];
}

const waitParts = (document: ShownBuild | null): string[] =>
  document?.status === 'queued' && !document.end ? [printableLine(document.message)] : [];

/** Lines for the end of a followed build: its status, and the reason. */
export function buildEndLines(build: string, document: ShownBuild): string[] {
  const { status, reason, end, submittedAt } = document;
  const seconds = secondsBetween(submittedAt, end?.at);
  const after = seconds === null ? '' : ` after ${durationText(seconds)}`;
  const message = printable(end?.message ?? '').trim();
  return [
    `${build}: ${status}${reason ? ` (${reason})` : ''}${after}`,
    ...(message === '' ? [] : message.split('\n').map((line) => `  ${line}`)),
  ];
}
