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
import { buildRequest, cancelBuildRequest, removeImageRequest, type ImageRequest } from './image-requests';
import { deleteRequest, extendRequest, startRequest, stopRequest, type InstanceRequest } from './instance-requests';
import { cancelRequest, commitRequest, publishedRequest, removeRequest, type RunRequest } from './run-requests';

export type Request = InternalRequest | RunRequest | ImageRequest | InstanceRequest;

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

export const IMAGE_REQUESTS: Record<ImageRequest['type'], Schema<ImageRequest>> = {
  build: buildRequest,
  'cancel-build': cancelBuildRequest,
  'remove-image': removeImageRequest,
};

export const INSTANCE_REQUESTS: Record<InstanceRequest['type'], Schema<InstanceRequest>> = {
  start: startRequest,
  stop: stopRequest,
  extend: extendRequest,
  delete: deleteRequest,
};
