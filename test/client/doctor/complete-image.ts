// The document of a build and an event with every field that there is, optional ones too: a new field does not type-check until it is
// here, and the tests of the bundle then look for it.
import type { EventDocument, ImageDocument, ImageReportState } from '@mymlops/protocol';
import { AT, type Complete, completeVm } from './complete-run';

export const BUILD = '20261121-100000-bcde';

const state: Complete<ImageReportState> = {
  phase: 'setup',
  phases: { boot: AT, setup: AT, scrub: AT },
  failure: { reason: 'setup-failed', message: 'a line of the setup' },
  scrubbed: true,
  stopping: { preempted: true, at: AT },
};

/** As the functions store it. */
export const completeBuildEvent: Complete<Omit<EventDocument, 'state'>> & { state: typeof state } = {
  ...{ v: 1, attempt: 1, writer: 'agent', boot: 'boot-1234', seq: 4, sentAt: AT, receivedAt: AT },
  state,
};

const request: Complete<NonNullable<ImageDocument['request']>> = {
  ...{ v: 1, type: 'build', build: BUILD, submittedBy: 'me@example.com', submittedAt: AT, name: 'torch' },
  ...{ setup: 'pip install torch', secrets: ['INDEX_KEY'], content: 'a'.repeat(64), maxBuildSeconds: 3600 },
  machine: {
    ...{ machineType: 'g2-standard-4', zoneRegex: 'europe', provisioning: 'spot', image: 'family/f', snapshot: 'snap' },
    ...{ accelerator: { type: 'nvidia-l4', count: 1 }, disk: { sizeGb: 50, type: 'pd-balanced' } },
    serviceAccount: 'a@b.iam.gserviceaccount.com',
  },
  gpuImage: true,
};

export const completeImage: Complete<ImageDocument> = {
  ...{ v: 1, status: 'failed', reason: 'user-error', message: 'an error', phase: 'setup', name: 'torch' },
  ...{ image: `mymlops-torch-${BUILD}`, content: 'a'.repeat(64), submittedBy: 'me@example.com', submittedAt: AT },
  ...{ finishedAt: AT, zone: 'europe-west4-a', machine: 'g2-standard-4', attempt: 1, live: false },
  ...{ request, acceptedAt: AT, cancel: { by: 'me@example.com', at: AT } },
  attempts: {
    1: { vm: completeVm(state), givenUp: { at: AT, reason: 'no-capacity', message: 'the zone is full' } },
  },
  capacity: {
    ...{ since: AT, waitedSeconds: 60, tried: ['europe-west4-a'], refusals: { project: 'quota' } },
    ...{ isForQuota: true, rounds: 2, notBefore: AT },
  },
  slots: { held: ['deployment'], waiting: { pool: 'deployment', since: AT } },
  made: {
    ...{
      name: `mymlops-torch-${BUILD}`,
      family: 'mymlops-torch',
      attempt: 1,
      requestedAt: AT,
      operation: 'operation-1',
    },
    ...{
      readyAt: AT,
      failure: { code: 'RESOURCE_IN_USE', message: 'the disk of a user', httpStatus: 400 },
      goneAt: AT,
    },
  },
  end: { status: 'failed', reason: 'user-error', message: 'an error', at: AT },
  cleanedAt: AT,
  deletion: { by: 'me@example.com', at: AT },
  removing: { by: 'me@example.com', at: AT },
};
