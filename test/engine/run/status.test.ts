// Status and message, read off the state. The clock plays no part.
import type { Attempt, Phase, RunState } from '@mymlops/protocol';
import { statusOf, summarize } from '../../../functions/src/engine/run/status';
import { aCommit, anAttempt, RUN } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, outcome, refused, shutdownSaid } from './states';

const cancel = { by: 'bob', at: at(30) };
const end = { status: 'failed' as const, reason: 'user-error' as const, message: 'm', attempt: 1, at: at(100) };
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const running = cameUp({ period: { reports: agentSaid() } });
const message = (run: RunState): string => summarize(run, 'bucket').message;

describe('status', () => {
  test.each<[string, RunState, string]>([
    ['only a cancel came', aRun({ request: undefined, cancel }), 'cancelled'],
    ['accepted', aRun(), 'queued'],
    ['cancelled while queued, not decided', aRun({ cancel }), 'queued'],
    ['a VM is decided on', ofOne(anAttempt()), 'provisioning'],
    ['a VM came up and says nothing', ofOne(cameUp()), 'provisioning'],
    ['only its shutdown script was heard', ofOne(cameUp({ period: { reports: shutdownSaid() } })), 'provisioning'],
    ['its agent reports', ofOne(running), 'running'],
    [
      'its agent reports before the insert is settled',
      ofOne(anAttempt({ period: { reports: agentSaid() } })),
      'running',
    ],
    ['no capacity', ofOne(refused(undefined, {}, givenUp())), 'queued'],
    [
      'no capacity, the next one is decided',
      aRun({ attempts: { 1: refused(undefined, {}, givenUp()), 2: anAttempt() } }),
      'provisioning',
    ],
    ['lost', ofOne({ ...running, ...givenUp() }), 'recovering'],
    ['lost before it said anything', ofOne(cameUp({}, givenUp())), 'recovering'],
    ['lost, the next one is decided', aRun({ attempts: { 1: cameUp({}, givenUp()), 2: anAttempt() } }), 'recovering'],
    ['lost, the next one came up', aRun({ attempts: { 1: cameUp({}, givenUp()), 2: cameUp() } }), 'recovering'],
    [
      'lost, the next one finds no capacity',
      aRun({ attempts: { 1: cameUp({}, givenUp()), 2: refused(undefined, {}, givenUp()) } }),
      'recovering',
    ],
    ['lost, the next one reports', aRun({ attempts: { 1: cameUp({}, givenUp()), 2: running } }), 'running'],
    ['ended', ofOne(running, { end }), 'failed'],
    ['ended without its request', aRun({ request: undefined, end }), 'failed'],
  ])('%s', (_state, run, status) => {
    expect(statusOf(run)).toBe(status);
    expect(summarize(run, 'bucket').status).toBe(status);
  });
});

describe('message', () => {
  const slot = (pool: string): Partial<RunState> => ({ slots: { held: [], waiting: { pool, since: at(59.9) } } });
  const wait = (notBefore?: number): Partial<RunState> => ({
    capacity: { waitedSeconds: 0, tried: [], rounds: 0, since: at(60), ...(notBefore && { notBefore: at(notBefore) }) },
  });
  const lost = (fields: object = {}): Attempt => cameUp({}, givenUp(100, fields));
  test.each<[string, RunState, string]>([
    ['queued', aRun(), 'Waiting to request a VM'],
    [
      'a slot of the deployment',
      aRun(slot('deployment')),
      "Waiting for a free slot since 2026-11-21 10:00 UTC (the deployment's max_parallel is reached)",
    ],
    [
      'a slot of a profile',
      aRun(slot('profile-gpu')),
      "Waiting for a free slot since 2026-11-21 10:00 UTC (the profile's (gpu) max_parallel is reached)",
    ],
    [
      'a slot of the nameless profile',
      aRun(slot('profile-')),
      "Waiting for a free slot since 2026-11-21 10:00 UTC (the profile's max_parallel is reached)",
    ],
    ['it holds a slot', aRun({ slots: { held: ['deployment'] } }), 'Waiting to request a VM'],
    ['capacity', aRun(wait()), 'Waiting for capacity since 2026-11-21 10:01 UTC'],
    ['capacity, in a pause', aRun(wait(300)), 'Waiting for capacity since 2026-11-21 10:01 UTC; next try at 10:05'],
    [
      'a slot, before capacity',
      aRun({ ...wait(), ...slot('deployment') }),
      "Waiting for a free slot since 2026-11-21 10:00 UTC (the deployment's max_parallel is reached)",
    ],
    [
      'its wait for capacity is over',
      aRun({ capacity: { waitedSeconds: 9, tried: [], rounds: 0 } }),
      'Waiting to request a VM',
    ],
    ['provisioning', ofOne(anAttempt()), 'Waiting for a VM on this computer'],
    [
      'preempted',
      ofOne(lost({ reason: 'preempted', cause: 'deleted' })),
      'Attempt 1 was preempted; another attempt follows',
    ],
    ['lost', ofOne(lost()), 'Attempt 1 was lost; another attempt follows'],
    ['deleted', ofOne(lost({ cause: 'deleted' })), 'Attempt 1 was deleted by someone; another attempt follows'],
    [
      'at its time limit',
      ofOne(lost({ cause: 'time-limit' })),
      "Attempt 1 was ended at its VM's time limit; another attempt follows",
    ],
    [
      'lost, and capacity is waited for',
      ofOne(lost(), wait()),
      'Attempt 1 was lost; waiting for capacity since 2026-11-21 10:01 UTC',
    ],
    [
      'lost, and the next is decided',
      aRun({ attempts: { 1: lost(), 2: anAttempt({ zone: 'local-b', machine: 'n1-standard-4' }) } }),
      'Attempt 1 was lost; waiting for a VM of type n1-standard-4 in local-b',
    ],
    [
      'the last that had a VM is named',
      aRun({ attempts: { 1: lost(), 2: lost({ reason: 'preempted' }), 3: refused(undefined, {}, givenUp()) } }),
      'Attempt 2 was preempted; another attempt follows',
    ],
    ['ended', ofOne(running, { end }), 'm'],
    ['only a cancel came', aRun({ request: undefined, cancel }), 'Cancelled before its commit arrived'],
  ])('%s', (_state, run, text) => expect(message(run)).toBe(text));

  test.each<[Phase, string]>([
    ['boot', 'Booting the VM'],
    ['source', 'Fetching the snapshot'],
    ['setup', 'Running the setup command'],
    ['execute', 'Executing the notebook'],
    ['publish', 'Saving the results'],
  ])('in phase %s', (phase, text) => {
    const run = ofOne(cameUp({ period: { reports: agentSaid({ phase }) } }));
    expect(summarize(run, 'bucket')).toMatchObject({ phase, message: text });
  });

  test('on Google, the type and the zone of the VM are named', () => {
    const attempt = anAttempt({ machine: 'e2-medium', zone: 'us-a' });
    expect(message(ofOne(attempt))).toBe('Waiting for a VM of type e2-medium in us-a');
  });
});

describe('the fields at the top', () => {
  const reports = agentSaid({ phase: 'execute', phases: { boot: at(12) }, cells: 0 });
  const request = aCommit({ notes: 'lr 0.1', profile: 'gpu', retryOf: '20261120-100000-abcd' });
  const asked = {
    notebook: 'notebooks/train.ipynb',
    notes: 'lr 0.1',
    profile: 'gpu',
    retryOf: '20261120-100000-abcd',
    submittedBy: 'ada',
    submittedAt: '2026-11-21T10:00:00.000Z',
  };
  const vm = { zone: 'local-a', machine: 'this-computer' };
  const urlOf = (attempt: number): string => `gs://bucket/runs/${RUN}/attempts/${attempt}/results`;
  const summary = (run: RunState): object => summarize(run, 'bucket');

  test('queued', () => {
    expect(summary(aRun({ request }))).toStrictEqual({
      ...asked,
      status: 'queued',
      message: 'Waiting to request a VM',
      live: true,
    });
  });

  test('running, with a cancel that is not decided on', () => {
    expect(summary(ofOne(cameUp({ period: { reports } }), { request, cancel }))).toStrictEqual({
      ...asked,
      ...vm,
      status: 'running',
      phase: 'execute',
      message: 'Executing the notebook',
      startedAt: at(12),
      attempt: 1,
      progress: { cell: 1, cells: 2 },
      resultsUrl: urlOf(1),
      live: true,
    });
  });

  test('ended by its first attempt, though there is a second', () => {
    const attempts = { 1: cameUp({ period: { reports } }, { outcome }), 2: anAttempt({ zone: 'local-b' }) };
    const retentionSeconds = { failed: 60 };
    const run = aRun({ request: { ...request, retentionSeconds }, attempts, end, cleanedAt: at(150) });
    expect(summary(run)).toStrictEqual({
      ...asked,
      ...vm,
      status: 'failed',
      reason: 'user-error',
      message: 'm',
      startedAt: at(12),
      finishedAt: at(80),
      attempt: 1,
      progress: { cell: 1, cells: 2 },
      resultsUrl: urlOf(1),
      live: false,
      removeAfter: at(160),
    });
  });

  test('a cancel without its commit', () => {
    expect(summary(aRun({ request: undefined, cancel }))).toStrictEqual({
      status: 'cancelled',
      message: 'Cancelled before its commit arrived',
      submittedBy: 'bob',
      submittedAt: at(30),
      live: false,
    });
  });

  test('a commit that was not understood', () => {
    const { attempt: _, ...refusedEnd } = end;
    expect(summary(aRun({ request: undefined, end: refusedEnd }))).toMatchObject({ submittedAt: at(100) });
  });

  test('an attempt of a run without a request has no address of results', () => {
    expect(summary(ofOne(running, { request: undefined, end }))).not.toHaveProperty('resultsUrl');
  });

  test.each([
    [undefined, undefined],
    [0, { cell: 1, cells: 2 }],
    [1, { cell: 2, cells: 2 }],
    [2, { cell: 2, cells: 2 }],
    [7, { cell: 2, cells: 2 }],
  ])('%s cells have ended', (cells, progress) => {
    const run = ofOne(cameUp({ period: { reports: agentSaid({ cells }) } }));
    expect(summarize(run, 'bucket').progress).toEqual(progress);
  });

  test('how many cells there are is not known without the request', () => {
    const run = ofOne(cameUp({ period: { reports: agentSaid({ cells: 1 }) } }), { request: undefined, end });
    expect(summarize(run, 'bucket').progress).toEqual({ cell: 0, cells: 0 });
  });

  test.each<[string, Partial<RunState>, boolean]>([
    ['running', {}, true],
    ['ended, not cleaned', { end }, true],
    ['cleaned', { end, cleanedAt: at(150) }, false],
    ['cleaned, and being removed', { end, cleanedAt: at(150), removing: { by: 'ada', at: at(200) } }, true],
    ['never begun', { request: undefined, cancel }, false],
  ])('live: %s', (_state, fields, live) => {
    expect(summarize(ofOne(running, fields), 'bucket').live).toBe(live);
  });
});
