// Runs, as the loops know them: a notebook, done once. Pure.
import {
  attemptPrefix,
  ATTEMPTS,
  commitEnvelope,
  CONTROL_PLANE_OBJECTS,
  EVENTS,
  parseJson,
  report as reportSchema,
  inTodaysForm,
  REMOVED,
  reportId,
  RUN_KIND,
  runInTodaysForm,
  runPrefix,
  RUN_REQUESTS,
  RUNS,
  type EventDocument,
  type Report,
  type RunRequest,
  type RunState,
} from '@mymlops/protocol';
import type { Kind } from '../kind';
import { insertBody } from '../vm/insert-body';
import { refusalOf } from '../vm/request-limits';
import { timeRefusalOf } from './longest-times';
import type { RunEffectName } from './action';
import { applyDecision } from './apply';
import { archiveAttempts } from './archive';
import { attemptOf, withVm } from './attempts';
import { decide } from './decide';
import { resumedRun } from './dependent-run';
import { runMetadata } from './metadata';
import { EMPTY_RUN, observeRequest } from './observe';
import { attemptOwning, runLabels } from './owner';
import { poolsOf } from './pools';
import { resourcesOf } from './needed-vms';
import { isSettled } from './settled';
import { summarize } from './status';

export const runKind: Kind<RunState, RunEffectName> = {
  name: RUN_KIND,
  documents: {
    collection: RUNS,
    tombstones: REMOVED,
    audits: EVENTS,
    archive: ATTEMPTS,
    stateFields: {
      v: true,
      request: true,
      acceptedAt: true,
      cancel: true,
      attempts: true,
      archive: true,
      capacity: true,
      slots: true,
      end: true,
      results: true,
      publication: true,
      cleanedAt: true,
      removing: true,
    },
    optionalFields: [
      'reason',
      'phase',
      'startedAt',
      'progress',
      'zone',
      'machine',
      'attempt',
      'resultsUrl',
      'keptUntil',
      'slots',
      'removeAfter',
    ],
    inTodaysForm: runInTodaysForm,
  },

  requests: RUN_REQUESTS,
  requestInTodaysForm: inTodaysForm,
  idOf: (request: RunRequest) => request.run,
  merge: (state, request: RunRequest, at) => observeRequest(state, request, at),
  isRemoval: (request: RunRequest) => request.type === 'remove',
  removalRequest: (run, by, at) => ({ v: 1, type: 'remove', run, by, at }) satisfies RunRequest,
  titleOf: (request: RunRequest) => (request.type === 'commit' ? `the commit of ${request.notebook}` : request.type),
  endCommand: (run) => `mymlops-client cancel ${run}`,
  isFirst: (request: RunRequest) => request.type === 'commit',
  // A cancel that overtakes its commit waits for it in a document of its own.
  mayPrecede: (request: RunRequest) => request.type === 'cancel',
  isIncomplete: ({ request, end }) => request === undefined && end === undefined,
  idInUnreadable(text) {
    const envelope = parseJson(commitEnvelope, text);
    return envelope.ok ? envelope.value.run : undefined;
  },
  refused: (reason, message, at) => ({ ...EMPTY_RUN, end: { status: 'failed', reason, message, at } }),

  reports: reportSchema,
  senderOf: ({ run, attempt }: Report) => ({ id: run, vm: attempt }),
  audienceOf: (run) => run,
  auditOf(report: Report, receivedAt) {
    const { v, attempt, writer, boot, seq, sentAt, state, kind } = report;
    if (kind === 'heartbeat') return undefined;
    const document: EventDocument = { v, attempt, writer, boot, seq, sentAt, receivedAt, state };
    return { id: reportId(report), document };
  },

  decide,
  apply: applyDecision,
  refusalOf: ({ request }, settings) =>
    request && (refusalOf(request.machine, settings) ?? timeRefusalOf(request, settings.limits)),
  poolsOf: ({ request }, { maxParallel }) => (request ? poolsOf(request, maxParallel) : []),
  needsSlot: ({ effect }) => effect === 'place',

  resources: resourcesOf,
  withVm,
  targetOf: (run, number) => ({
    labels: runLabels(run, number),
    prefix: attemptPrefix(run, number),
    ourObjects: CONTROL_PLANE_OBJECTS,
  }),
  insertBodyOf(state, number, settings) {
    const { request } = state;
    if (!request) throw new Error('a run without a request has no VM');
    const attempt = attemptOf(state, number);
    const metadata: Record<string, string> = { ...runMetadata(request, number, attempt, settings) };
    const labels = runLabels(request.run, number);
    const parts = { machine: request.machine, labels, purpose: 'commit', metadata, scripts: settings.scripts.run };
    return insertBody(attempt.vm, parts, settings);
  },
  ownerOf: attemptOwning,

  hasEnded: ({ end }) => end !== undefined,
  isSettled,
  dependsOn: resumedRun,
  objectsOf: runPrefix,
  archive: archiveAttempts,
  summarize: (state, { buckets }) => summarize(state, buckets),
};
