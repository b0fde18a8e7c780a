// The document `images/{build}`: the build of an image, and the image that it made. As with a run, the fields at the top are
// derived from the ones below them at every write. Times are ISO 8601 in UTC. Absent means not (yet) known.
import type { Reason } from '../reasons';
import type { BuildPhase, ImageReportState } from '../messages/image-report';
import type { BuildRequest } from '../messages/image-requests';
import type { CapacityWait, HeldSlots, VmRecord } from './vm';

export const IMAGE_STATUSES = ['queued', 'building', 'ready', 'failed', 'cancelled'] as const;
export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** Derived for the reader; never an input of a decision. */
export interface ImageSummary {
  status: ImageStatus;
  reason?: Reason;
  message: string;
  phase?: BuildPhase;
  name?: string;
  /** The image at Google, once its making was begun. */
  image?: string;
  /** The request's: builds are compared by it. */
  content?: string;
  submittedBy?: string;
  submittedAt?: string;
  finishedAt?: string;
  zone?: string;
  machine?: string;
  attempt?: number;
  /** Something of this build may still need doing. The sweep's only query. */
  live: boolean;
}

export interface BuildAttempt {
  vm: VmRecord<ImageReportState>;
  /** Decision: no VM came of it, and another zone may be tried. */
  givenUp?: { at: string; reason: Reason; message: string };
}

/** The image at Google, made from the disk of the attempt's VM. */
export interface MadeImage {
  name: string;
  family: string;
  attempt: number;
  requestedAt: string;
  operation?: string;
  /** Google has it whole. */
  readyAt?: string;
  failure?: { code: string; message: string; httpStatus?: number };
  /** A GET answered 404 after a removal was requested. */
  goneAt?: string;
}

export interface ImageEnd {
  status: Extract<ImageStatus, 'ready' | 'failed' | 'cancelled'>;
  reason?: Reason;
  message: string;
  at: string;
}

/** The part that decisions are made on. */
export interface ImageState {
  v: 1;
  /** As accepted, never changed. */
  request?: BuildRequest;
  acceptedAt?: string;
  cancel?: { by: string; at: string };
  attempts: Record<string, BuildAttempt>;
  capacity?: CapacityWait;
  slots?: HeldSlots;
  made?: MadeImage;
  end?: ImageEnd;
  /** VM and disk of every attempt are proven gone. */
  cleanedAt?: string;
  /** The user asked to remove the image: first the image goes, then the document. */
  deletion?: { by: string; at: string };
  removing?: { by: string; at: string };
}

export type ImageDocument = ImageSummary & ImageState;
