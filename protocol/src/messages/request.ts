// Messages that may be published to the requests topic.
import * as z from 'zod/mini';
import type { Schema } from '../parse';
import {
  advanceRequest,
  freeSlotRequest,
  reapRequest,
  rejectRequest,
  removeSnapshotsRequest,
  type InternalRequest,
} from './internal-requests';
import { cancelRequest, commitRequest, publishedRequest, removeRequest, type RunRequest } from './run-requests';

export type Request = InternalRequest | RunRequest;

/** The part that any request has. */
export const requestEnvelope = z.looseObject({ type: z.string() });

/** By their types. */
export const INTERNAL_REQUESTS: Record<InternalRequest['type'], Schema<InternalRequest>> = {
  advance: advanceRequest,
  reap: reapRequest,
  'remove-snapshots': removeSnapshotsRequest,
  'free-slot': freeSlotRequest,
  reject: rejectRequest,
};

export const RUN_REQUESTS: Record<RunRequest['type'], Schema<RunRequest>> = {
  commit: commitRequest,
  cancel: cancelRequest,
  published: publishedRequest,
  remove: removeRequest,
};
