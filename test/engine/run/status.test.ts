// Status and summary, read off the state. The clock plays no part.
import { sourceObject, type Attempt, type RunState } from '@mymlops/protocol';
import { statusOf, summarize } from '../../../functions/src/engine/run/status';
import { aCommit, anAttempt, RUN } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, givenUp, outcome, refused, shutdownSaid } from './states';
import { BUCKETS } from '../../fakes/buckets';

const cancel = { by: 'bob', at: at(30) };
const end = { status: 'failed' as const, reason: 'user-error' as const, message: 'm', attempt: 1, at: at(100) };
const ofOne = (attempt: Attempt, fields: Partial<RunState> = {}): RunState =>
  aRun({ attempts: { 1: attempt }, ...fields });
const running = cameUp({ period: { reports: agentSaid() } });

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
    expect(summarize(run, BUCKETS).status).toBe(status);
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
    snapshot: [sourceObject(request.source.tree)],
  };
  const vm = { zone: 'local-a', machine: 'this-computer' };
  const urlOf = (attempt: number): string => `gs://${BUCKETS.results}/runs/${RUN}/attempts/${attempt}/results`;
  const urlSoFar = (attempt: number): string => `gs://${BUCKETS.live}/runs/${RUN}/attempts/${attempt}/progress`;
  const summary = (run: RunState): object => summarize(run, BUCKETS);

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
      resultsUrl: urlSoFar(1),
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

  test.each([
    ['a few seconds before', at(-5), at(0), at(-5)],
    ['a minute before, as its message took that long', at(-60), at(0), at(-60)],
    ['a few seconds after, by a clock that is ahead', at(5), at(0), at(5)],
    ['five days after: the run stayed the newest for five days', at(432_000), at(0), at(0)],
    ['five days before: the run was never the newest', at(-432_000), at(0), at(0)],
    ['at a time that is not known, in a document of an earlier version', at(7), undefined, at(7)],
  ])('submitted %s its acceptance', (_what, submittedAt, acceptedAt, shown) => {
    const run = aRun({ request: { ...request, submittedAt }, acceptedAt });
    expect(summary(run)).toMatchObject({ submittedAt: shown });
    expect(run.request?.submittedAt).toBe(submittedAt);
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
    expect(summarize(run, BUCKETS).progress).toEqual(progress);
  });

  test('how many cells there are is not known without the request', () => {
    const run = ofOne(cameUp({ period: { reports: agentSaid({ cells: 1 }) } }), { request: undefined, end });
    expect(summarize(run, BUCKETS).progress).toEqual({ cell: 0, cells: 0 });
  });

  test.each<[string, Partial<RunState>, boolean]>([
    ['running', {}, true],
    ['ended, not cleaned', { end }, true],
    ['cleaned', { end, cleanedAt: at(150) }, false],
    ['cleaned, and being removed', { end, cleanedAt: at(150), removing: { by: 'ada', at: at(200) } }, true],
    ['never begun', { request: undefined, cancel }, false],
  ])('live: %s', (_state, fields, live) => {
    expect(summarize(ofOne(running, fields), BUCKETS).live).toBe(live);
  });
});
