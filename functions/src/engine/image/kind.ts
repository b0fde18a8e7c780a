// Images, as the loops know them: a VM whose disk becomes an image, once. Pure.
import {
  buildAttemptPrefix,
  buildEnvelope,
  buildPrefix,
  DEPLOYMENT_POOL,
  FENCE,
  IMAGE_KIND,
  IMAGE_REQUESTS,
  imageReport,
  IMAGES,
  parseJson,
  REMOVED_IMAGES,
  ATTEMPTS,
  EVENTS,
  type ImageReport,
  type ImageRequest,
  type ImageState,
} from '@mymlops/protocol';
import type { Kind } from '../kind';
import { insertBody } from '../vm/insert-body';
import { refusalOf } from '../vm/request-limits';
import type { ImageEffectName } from './action';
import { applyDecision } from './apply';
import { attemptOf, withVm } from './attempts';
import { decide } from './decide';
import { buildMetadata } from './metadata';
import { resourcesOf } from './needed-vms';
import { EMPTY_IMAGE, observeRequest } from './observe';
import { buildLabels, buildOwning } from './owner';
import { isSettled, summarize } from './status';

export const imageKind: Kind<ImageState, ImageEffectName> = {
  name: IMAGE_KIND,
  documents: {
    collection: IMAGES,
    tombstones: REMOVED_IMAGES,
    audits: EVENTS,
    archive: ATTEMPTS,
    stateFields: {
      v: true,
      request: true,
      acceptedAt: true,
      cancel: true,
      attempts: true,
      capacity: true,
      slots: true,
      made: true,
      end: true,
      cleanedAt: true,
      deletion: true,
      removing: true,
    },
    optionalFields: ['reason', 'phase', 'image', 'zone', 'machine', 'attempt', 'slots', 'finishedAt'],
  },

  requests: IMAGE_REQUESTS,
  requestInTodaysForm: (request) => request,
  idOf: (request: ImageRequest) => request.build,
  merge: (state, request: ImageRequest, at) => observeRequest(state, request, at),
  // The image goes first: `decide` removes the document.
  isRemoval: () => false,
  removalRequest: (build, by, at) => ({ v: 1, type: 'remove-image', build, by, at }) satisfies ImageRequest,
  titleOf: (request: ImageRequest) => (request.type === 'build' ? `the build of image ${request.name}` : request.type),
  endCommand: (build) => `mymlops-client image cancel ${build}`,
  isFirst: (request: ImageRequest) => request.type === 'build',
  mayPrecede: (request: ImageRequest) => request.type === 'cancel-build',
  isIncomplete: ({ request, end }) => request === undefined && end === undefined,
  idInUnreadable(text) {
    const envelope = parseJson(buildEnvelope, text);
    return envelope.ok ? envelope.value.build : undefined;
  },
  refused: (reason, message, at) => ({ ...EMPTY_IMAGE, end: { status: 'failed', reason, message, at } }),

  reports: imageReport,
  senderOf: ({ build, attempt }: ImageReport) => ({ id: build, vm: attempt }),
  audienceOf: (build) => `image/${build}`,
  auditOf: () => undefined,

  decide,
  apply: applyDecision,
  refusalOf: ({ request }, settings) => request && refusalOf(request.machine, settings),
  poolsOf: (_state, { maxParallel }) => [{ pool: DEPLOYMENT_POOL, max: maxParallel }],
  needsSlot: ({ effect }) => effect === 'place',

  resources: resourcesOf,
  withVm,
  targetOf: (build, number) => ({
    labels: buildLabels(build, number),
    prefix: buildAttemptPrefix(build, number),
    ourObjects: [FENCE],
  }),
  insertBodyOf(state, number, settings) {
    const { request } = state;
    if (!request) throw new Error('a build without a request has no VM');
    const { vm } = attemptOf(state, number);
    const metadata: Record<string, string> = { ...buildMetadata(request, number, vm, settings) };
    const labels = buildLabels(request.build, number);
    const machine = { ...request.machine, ...(request.gpuImage && { image: settings.gpuImage }) };
    const parts = { machine, labels, purpose: IMAGE_KIND, metadata, scripts: settings.scripts.image };
    return insertBody(vm, parts, settings);
  },
  ownerOf: buildOwning,

  hasEnded: ({ end }) => end !== undefined,
  isSettled,
  dependsOn: () => undefined,
  objectsOf: buildPrefix,
  archive: (state) => ({ state, archived: {} }),
  summarize,
};
