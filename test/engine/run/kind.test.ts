// Runs, as the loops know them: the answers that no other file of engine/run gives.
import type { CommitRequest, Report, RunRequest, RunState } from '@mymlops/protocol';
import { RequestConflictError } from '../../../functions/src/engine/kind';
import { runKind } from '../../../functions/src/engine/run/kind';
import { aCommit, anAttempt, aVm, parsedReport, RUN } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { aRun, at, cameUp } from './states';
import { BUCKETS } from '../../fakes/buckets';

const user = { v: 1 as const, run: RUN, by: 'bob', at: at(30) };
const REQUESTS = {
  commit: aCommit(),
  cancel: { ...user, type: 'cancel' as const },
  published: { ...user, type: 'published' as const, commit: 'd'.repeat(40) },
  remove: { ...user, type: 'remove' as const },
} satisfies Record<string, RunRequest>;
const end = { status: 'failed' as const, reason: 'user-error' as const, message: 'm', attempt: 1, at: at(100) };
const ended = aRun({ end });
const settled = aRun({ end, cleanedAt: at(110) });

test('names', () => {
  const { name, documents } = runKind;
  expect([name, documents.collection, documents.tombstones]).toEqual(['run', 'runs', 'removed']);
  expect(runKind.audienceOf(RUN)).toBe(RUN);
  expect(runKind.objectsOf(RUN)).toBe(`runs/${RUN}/`);
  expect(runKind.targetOf(RUN, 3, aVm())).toStrictEqual({
    labels: { 'mymlops-run': RUN, 'mymlops-attempt': '3' },
    prefix: `runs/${RUN}/attempts/3/`,
    ourObjects: ['fenced', 'outcome.json', 'publish/'],
  });
});

test.each([
  ['place', true],
  ['insert', false],
  ['release-slots', false],
] as const)('the effect %s needs a slot: %s', (effect, needsSlot) => {
  expect(runKind.needsSlot({ effect, vm: 1 })).toBe(needsSlot);
});

describe('what is stored', () => {
  test.each([
    'v',
    'request',
    'acceptedAt',
    'cancel',
    'attempts',
    'archive',
    'capacity',
    'slots',
    'end',
    'results',
    'publication',
    'cleanedAt',
    'removing',
  ])('decisions are made on %s', (field) => expect(runKind.documents.stateFields).toHaveProperty(field, true));

  test('what may go away again is deleted from the document then', () => {
    expect(runKind.documents.optionalFields.toSorted()).toEqual([
      'attempt',
      'keptUntil',
      'machine',
      'phase',
      'progress',
      'reason',
      'removeAfter',
      'resultsUrl',
      'slots',
      'startedAt',
      'zone',
    ]);
  });
});

describe.each<[keyof typeof REQUESTS, string, { isFirst?: true; mayPrecede?: true; isRemoval?: true }]>([
  ['commit', 'the commit of notebooks/train.ipynb', { isFirst: true }],
  ['cancel', 'cancel', { mayPrecede: true }],
  ['published', 'published', {}],
  ['remove', 'remove', { isRemoval: true }],
])('request %s', (type, title, { isFirst = false, mayPrecede = false, isRemoval = false }) => {
  const request = REQUESTS[type];
  test('what it is', () => {
    expect(runKind.requests).toHaveProperty(type);
    expect(runKind.idOf(request)).toBe(RUN);
    expect(runKind.titleOf(request)).toBe(title);
    expect(runKind.isFirst(request)).toBe(isFirst);
    expect(runKind.mayPrecede(request)).toBe(mayPrecede);
    expect(runKind.isRemoval(request)).toBe(isRemoval);
  });
});

describe('merge', () => {
  const { commit, cancel, published, remove } = REQUESTS;
  const empty: RunState = { v: 1, attempts: {} };
  const asked = { by: 'bob', at: at(30) };
  const done = { state: 'done' as const, commit: 'd'.repeat(40), at: at(30) };
  test.each<[string, RunState | undefined, RunRequest, RunState | undefined]>([
    ['a commit makes a run', undefined, commit, { ...empty, request: commit, acceptedAt: at(40) }],
    [
      'a commit after its cancel',
      { ...empty, cancel: asked },
      commit,
      { ...empty, cancel: asked, request: commit, acceptedAt: at(40) },
    ],
    ['the same commit again', aRun(), commit, aRun()],
    ['a cancel', aRun(), cancel, aRun({ cancel: asked })],
    ['a cancel before its commit', undefined, cancel, { ...empty, cancel: asked }],
    [
      'an earlier cancel stays',
      aRun({ cancel: { by: 'eve', at: at(29) } }),
      cancel,
      aRun({ cancel: { by: 'eve', at: at(29) } }),
    ],
    ['a later one does not', aRun({ cancel: { by: 'eve', at: at(31) } }), cancel, aRun({ cancel: asked })],
    ['of two at once the first by name', aRun({ cancel: { by: 'eve', at: at(30) } }), cancel, aRun({ cancel: asked })],
    ['and it stays', aRun({ cancel: { by: 'ada', at: at(30) } }), cancel, aRun({ cancel: { by: 'ada', at: at(30) } })],
    ['published by hand', ended, published, aRun({ end, publication: done })],
    [
      'so, after a push that failed',
      aRun({ end, publication: { state: 'failed', message: '', at: at(20) } }),
      published,
      aRun({ end, publication: done }),
    ],
    ['published by hand before its end', aRun(), published, aRun()],
    [
      'published already',
      aRun({ end, publication: { ...done, at: at(1) } }),
      published,
      aRun({ end, publication: { ...done, at: at(1) } }),
    ],
    ['published, and there is no run', undefined, published, undefined],
    ['to be removed', settled, remove, { ...settled, removing: { by: 'bob', at: at(40) } }],
    ['not settled yet', ended, remove, ended],
    [
      'being removed',
      { ...settled, removing: { by: 'eve', at: at(1) } },
      remove,
      { ...settled, removing: { by: 'eve', at: at(1) } },
    ],
    ['to be removed, and there is no run', undefined, remove, undefined],
  ])('%s', (_what, run, request, expected) => expect(runKind.merge(run, request, at(40))).toStrictEqual(expected));

  test('another commit under its id is refused, with the id', () => {
    const other = aCommit({ command: 'other' });
    expect(() => runKind.merge(aRun(), other, at(40))).toThrow(RequestConflictError);
    expect(() => runKind.merge(aRun(), other, at(40))).toThrow(`run ${RUN} exists with another request`);
  });
});

test('the request that removes a run is one that it understands', () => {
  expect(runKind.removalRequest(RUN, 'sweep', at(9))).toStrictEqual({
    v: 1,
    type: 'remove',
    run: RUN,
    by: 'sweep',
    at: at(9),
  });
});

describe('in which state it is', () => {
  const onlyCancel = aRun({ request: undefined, cancel: { by: 'ada', at: at(1) } });
  const notUnderstood = aRun({ request: undefined, end });
  test.each<[string, RunState, object]>([
    ['accepted', aRun(), { isIncomplete: false, hasEnded: false, isSettled: false }],
    ['only a cancel came', onlyCancel, { isIncomplete: true, hasEnded: false, isSettled: true }],
    ['its commit was not understood', notUnderstood, { isIncomplete: false, hasEnded: true, isSettled: true }],
    ['ended', ended, { isIncomplete: false, hasEnded: true, isSettled: false }],
    ['cleaned', settled, { isIncomplete: false, hasEnded: true, isSettled: true }],
  ])('%s', (_state, run, expected) => {
    const { isIncomplete, hasEnded, isSettled } = runKind;
    expect({ isIncomplete: isIncomplete(run), hasEnded: hasEnded(run), isSettled: isSettled(run) }).toEqual(expected);
  });
});

describe('a commit that is not understood', () => {
  test.each([
    ['its id is found', JSON.stringify({ type: 'commit', run: RUN, new: 1 }), RUN],
    ['no run id', JSON.stringify({ type: 'commit', run: 'x' }), undefined],
    ['another type', JSON.stringify({ type: 'cancel', run: RUN }), undefined],
    ['no JSON', '{', undefined],
  ])('%s', (_what, text, id) => expect(runKind.idInUnreadable(text)).toBe(id));

  test('its document says so', () => {
    expect(runKind.refused('invalid-request', 'm', at(9))).toStrictEqual({
      v: 1,
      attempts: {},
      end: { status: 'failed', reason: 'invalid-request', message: 'm', at: at(9) },
    });
  });
});

describe('a report', () => {
  const report: Report = parsedReport({ attempt: 2, seq: 5, state: { cells: 1 } });

  test('its sender', () => expect(runKind.senderOf(report)).toStrictEqual({ id: RUN, vm: 2 }));

  test('its audit document', () => {
    expect(runKind.auditOf(report, at(70))).toStrictEqual({
      id: '0002-00000005-agent-boot-0001',
      document: {
        v: 1,
        attempt: 2,
        writer: 'agent',
        boot: 'boot-0001',
        seq: 5,
        sentAt: '2026-11-21T10:00:10.000Z',
        receivedAt: at(70),
        state: { phase: 'boot', phases: {}, cells: 1 },
      },
    });
  });

  test('a heartbeat has none', () => expect(runKind.auditOf({ ...report, kind: 'heartbeat' }, at(70))).toBeUndefined());
});

describe('what its request needs', () => {
  const { settings } = fakeGoogle().context;
  const none = aRun({ request: undefined });
  const foreign: CommitRequest['machine'] = { provisioning: 'spot', serviceAccount: 'other@p.iam.gserviceaccount.com' };

  test('what this deployment will not make', () => {
    expect(runKind.refusalOf(aRun(), settings)).toBeUndefined();
    expect(runKind.refusalOf(aRun({ request: aCommit({ machine: foreign }) }), settings)).toMatch(
      /service account other@/,
    );
    expect(runKind.refusalOf(none, settings)).toBeUndefined();
  });

  test('pools', () => {
    const request = aCommit({ profile: 'gpu', maxParallel: 2 });
    expect(runKind.poolsOf(aRun({ request }), { maxInstances: 5, maxParallel: 7 })).toEqual([
      { pool: 'profile-gpu', max: 2 },
      { pool: 'deployment', max: 7 },
    ]);
    expect(runKind.poolsOf(none, { maxInstances: 5, maxParallel: 7 })).toEqual([]);
  });

  test('the body of an insert', () => {
    const { labels, metadata } = bodyOf(runKind.insertBodyOf(aRun({ attempts: { 2: anAttempt() } }), 2, settings));
    expect(labels).toMatchObject({ 'mymlops-run': RUN, 'mymlops-attempt': '2', mymlops: 'commit' });
    expect(metadata).toMatchObject({
      'mymlops-run': RUN,
      'mymlops-attempt': '2',
      'mymlops-command-64': expect.any(String) as string,
    });
    expect(() => runKind.insertBodyOf(none, 1, settings)).toThrow('a run without a request has no VM');
    expect(() => runKind.insertBodyOf(aRun(), 1, settings)).toThrow('run has no attempt 1');
  });
});

test('its summary names the bucket of what there is', () => {
  expect(runKind.summarize(aRun({ attempts: { 1: cameUp() } }), { buckets: BUCKETS })).toMatchObject({
    status: 'provisioning',
    resultsUrl: `gs://${BUCKETS.live}/runs/${RUN}/attempts/1/progress`,
  });
});

function bodyOf(body: ReturnType<typeof runKind.insertBodyOf>): { labels: unknown; metadata: Record<string, unknown> } {
  const items = body.metadata?.items ?? [];
  return { labels: body.labels, metadata: Object.fromEntries(items.map(({ key, value }) => [key, value])) };
}
