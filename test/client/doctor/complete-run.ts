// A run's document and an event with every field that there is, optional ones too: a new field does not type-check until it is here,
// and the tests of the bundle then look for it.
import type { EventDocument, RunDocument, VmRecord } from '@mymlops/protocol';

/** Without optional fields. */
export type Complete<T> = T extends (infer Item)[]
  ? Complete<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Complete<Exclude<T[Name], undefined>> }
    : T;

export const AT = '2026-11-21T10:00:00.000Z';
export const RUN = '20261121-100000-abcd';
const HASH = 'a'.repeat(40);

const state: Complete<EventDocument['state']> = {
  phase: 'execute',
  phases: { boot: AT, source: AT, setup: AT, execute: AT, publish: AT },
  cells: 3,
  command: { exit: 1, timedOut: false, finishedAt: AT },
  image: 'projects/my-project/global/images/torch-1',
  failure: { reason: 'setup-failed', message: 'a line of the setup' },
  outcome: true,
  publication: { message: 'refused by the host' },
  stopping: { preempted: true, at: AT },
};

export const completeEvent: Complete<EventDocument> = {
  ...{ v: 1, attempt: 1, writer: 'agent', boot: 'boot-1234', seq: 4, sentAt: AT, receivedAt: AT },
  state,
};

/** `said`: what the reports of its agent say. */
export const completeVm = <Said>(said: Complete<Exclude<Said, undefined>>): Complete<VmRecord<Said>> => ({
  name: `mymlops-${RUN}-1`,
  zone: 'europe-west4-a',
  machine: 'g2-standard-4',
  provisioning: 'spot',
  terminationAction: 'DELETE',
  keepsDisk: true,
  requestId: 'request-id',
  id: '17',
  reportedId: '17',
  fencedAt: AT,
  goneAt: AT,
  diskGoneAt: AT,
  periods: {
    1: {
      start: {
        ...{
          at: AT,
          actor: 'actor',
          maxRunDurationSeconds: 3600,
          operation: 'operation-1',
          id: '18',
          settledAt: AT,
          startedAt: AT,
        },
        failure: {
          ...{ reason: 'no-capacity', code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'the zone is full' },
          ...{ httpStatus: 503, scope: 'zone', zonesAvailable: ['europe-west4-b'] },
        },
      },
      timeLimitVerifiedAt: AT,
      reports: { 'boot-1234_agent': { seq: 4, receivedAt: AT, state: said } },
      liveness: { at: AT, newestObjectAt: AT, probeAt: AT, probesSince: AT },
      stop: { at: AT, requestedAt: AT, operation: 'operation-2', tries: 2 },
      down: { at: AT, how: 'gone', cause: 'preempted' },
    },
  },
});

const request: Complete<NonNullable<RunDocument['request']>> = {
  ...{
    v: 1,
    type: 'commit',
    run: RUN,
    submittedBy: 'me@example.com',
    submittedAt: AT,
    notebook: 'a.ipynb',
    codeCells: 4,
  },
  ...{ notes: 'notes', profile: 'gpu', command: './run.sh', setup: 'pip install x', env: { NAME: 'value' } },
  ...{ secrets: ['API_KEY'], setupSecrets: ['INDEX_KEY'], readyCommand: 'nvidia-smi', parameters: { lr: '0.1' } },
  ...{ artifacts: true, keepSeconds: 60, maxRunSeconds: 3600, queueLimitSeconds: 3600, maxParallel: 2 },
  machine: {
    ...{ machineType: 'g2-standard-4', zoneRegex: 'europe', provisioning: 'spot', image: 'family/f', snapshot: 'snap' },
    ...{ accelerator: { type: 'nvidia-l4', count: 1 }, disk: { sizeGb: 50, type: 'pd-balanced' } },
    serviceAccount: 'a@b.iam.gserviceaccount.com',
  },
  source: {
    ...{ tree: HASH, commit: HASH, parts: [`sources/${HASH}.bundle`] },
    origin: { branch: 'main', commit: HASH, remote: 'https://token@example.com/a.git', dirty: 1 },
  },
  outputRepository: {
    ...{ url: 'https://token@example.com/out.git', branch: 'main', author: { name: 'Me', email: 'me@example.com' } },
    ...{ safe: true, deployKey: 'deploy-key-a', knownHosts: 'host key' },
  },
  retentionSeconds: { succeeded: 60, failed: 60, cancelled: 60 },
  environment: { PATH: '/home/me/bin' },
  retryOf: '20261120-100000-abcd',
  resumeFrom: 'runs/20261120-100000-abcd/attempts/1/checkpoints/manifests/000001',
};

export const completeRun: Complete<RunDocument> = {
  ...{ v: 1, status: 'failed', reason: 'user-error', message: 'an error', phase: 'execute', notebook: 'a.ipynb' },
  ...{ notes: 'notes', profile: 'gpu', retryOf: '20261120-100000-abcd', submittedBy: 'me@example.com' },
  ...{ submittedAt: AT, startedAt: AT, finishedAt: AT, zone: 'europe-west4-a', machine: 'g2-standard-4', attempt: 1 },
  ...{ progress: { cell: 1, cells: 4 }, resultsUrl: 'https://example.com', snapshot: ['sources/a.bundle'] },
  ...{ keptUntil: AT, live: false, request, acceptedAt: AT, cancel: { by: 'me@example.com', at: AT } },
  attempts: {
    1: {
      ...{
        vm: completeVm(state),
        checkpoint: 'runs/a',
        outcomeAbsentAt: AT,
        outcomeDefect: 'not JSON',
        resultSentAt: AT,
      },
      outcome: {
        ...{ startedAt: AT, finishedAt: AT, savedAt: AT, exit: 1, timedOut: false },
        ...{ failure: { reason: 'setup-failed', message: 'a line' }, lastLine: 'the last line', missing: 1 },
        missingNames: { text: 'secret-name.csv', named: 1 },
      },
      givenUp: { at: AT, reason: 'preempted', message: 'a message', cause: 'preempted' },
    },
  },
  archive: { archived: 7, zones: {} },
  capacity: {
    ...{ since: AT, waitedSeconds: 60, tried: ['europe-west4-a'], refusals: { project: 'quota' } },
    ...{ isForQuota: true, rounds: 2, notBefore: AT },
  },
  slots: { held: ['profile-gpu'], waiting: { pool: 'profile-gpu', since: AT } },
  end: { status: 'failed', reason: 'user-error', message: 'an error', attempt: 1, at: AT },
  results: {
    ...{ attempt: 1, files: 2, bytes: 300, unread: 'broken', parametersUse: 'read' },
    notebook: {
      ...{ executedCells: 1, codeCells: 4, tolerated: false, toleratedLines: ['a line'], injected: true },
      error: { cell: 1, executionCount: 1, ename: 'KeyError', evalue: 'a value' },
      exit: { cell: 1, executionCount: 1 },
      marked: { cell: 1, executionCount: 1 },
      kernelDied: true,
    },
    metrics: { values: [{ name: 'loss', value: 'a value', spelling: '1.0' }], leftOut: 1, unread: 'broken' },
  },
  publication: { state: 'failed', message: 'refused', at: AT },
  cleanedAt: AT,
  removing: { by: 'me@example.com', at: AT },
};
