// What the sweep needs of Google: its documents, on our stand-in and on Google's emulator; causes, on our stand-in.
// (Dead letters: bus.test.ts)
import { Timestamp } from '@google-cloud/firestore';
import {
  DEAD_LETTER_DAYS,
  DEAD_LETTERS,
  LAST_SWEEP,
  ANSWER_DAYS,
  answerPath,
  REPORT_DAYS,
  runPath,
  SWEEPS,
  type OrphanCandidate,
  type SweepReport,
} from '@mymlops/protocol';
import { onEveryFirestore } from '../emulators/firestore';
import { aCommit, anAttempt, aRef } from '../fakes/builders';
import { runKind } from '../../functions/src/engine/run/kind';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import { openCompute } from '../../functions/src/google/compute';
import { openDatabase } from '../../functions/src/google/database';
import { openDeadLetters } from '../../functions/src/google/dead-letters';
import { openOrphanCandidates } from '../../functions/src/google/orphan-candidates';
import { openSnapshotCandidates } from '../../functions/src/google/snapshot-candidates';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { fakeGoogle } from '../fakes/google';
import { openRunStore } from './run-store';
import { NAMES, startStandIns } from './stand-ins';

const REQUEST_ID = '3f957ea9-d461-5e73-8a18-00abf3c315ff';
const NOW = Date.parse('2026-11-21T10:00:00Z');
/** A text or a number would never be deleted: a TTL policy looks at timestamps only. */
const daysAfter = (at: string, days: number): Timestamp => Timestamp.fromMillis(Date.parse(at) + days * 86_400_000);

onEveryFirestore((local, connect) => {
  let fieldOf: (path: string, field: string) => Promise<unknown>;
  beforeAll(() => {
    const reader = connect();
    fieldOf = async (path, field) => (await reader.doc(path).get()).get(field);
  });

  test('reports: the last one, with what was in it', async () => {
    const sweeps = openSweeps(openDatabase(NAMES, local));
    expect(await sweeps.last()).toBeUndefined();
    const report: SweepReport = { ...emptyReport(NOW), vms: 3, freed: [aRef('r')] };
    await sweeps.write(report, true);
    await sweeps.write({ ...report, vms: 4 }, false);
    expect(await sweeps.last()).toEqual({ ...report, vms: 4 });
  });

  test('reports expire: a dated one and an answer, never the last one', async () => {
    const sweeps = openSweeps(openDatabase(NAMES, local));
    const report = emptyReport(NOW + 60_000);
    await sweeps.write(report, true);
    await sweeps.writeAnswer('abc', { ...report, findings: [], proof: ['p'] });
    const expiryOf = (path: string): Promise<unknown> => fieldOf(path, 'expiresAt');
    expect(await expiryOf(`${SWEEPS}/${report.at}`)).toEqual(daysAfter(report.at, REPORT_DAYS));
    expect(await expiryOf(answerPath('abc'))).toEqual(daysAfter(report.at, ANSWER_DAYS));
    expect(await expiryOf(LAST_SWEEP)).toBeUndefined();
  });

  test('orphan candidates: the first mark stays until it is dropped', async () => {
    const candidates = openOrphanCandidates(openDatabase(NAMES, local));
    const mark: OrphanCandidate = {
      v: 1,
      resource: 'vm',
      name: 'a',
      zone: 'z',
      id: '7',
      firstSeenAt: '2026-11-21T10:00:00.000Z',
    };
    await candidates.mark(mark);
    await candidates.mark({ ...mark, firstSeenAt: '2026-11-21T11:00:00.000Z' });
    await candidates.mark({ ...mark, resource: 'disk' });
    expect(await candidates.load('vm-7')).toEqual(mark);
    expect((await candidates.all()).map(({ resource }) => resource).toSorted()).toEqual(['disk', 'vm']);
    await candidates.drop('vm-7');
    await candidates.drop('vm-7');
    expect(await candidates.load('vm-7')).toBeUndefined();
  });

  test('snapshot candidates: the last mark is read, until it is dropped', async () => {
    const candidates = openSnapshotCandidates(openDatabase(NAMES, local));
    const object = 'sources/0123.bundle';
    const mark = { v: 1 as const, object, generation: '1', markedAt: '2026-11-21T10:00:00.000Z' };
    expect(await candidates.load(object)).toBeUndefined();
    await candidates.mark(mark);
    await candidates.mark({ ...mark, generation: '2' });
    expect(await candidates.load(object)).toEqual({ ...mark, generation: '2' });
    expect(await candidates.load('sources/4567.bundle')).toBeUndefined();
    await candidates.drop(object);
    await candidates.drop(object);
    expect(await candidates.load(object)).toBeUndefined();
  });

  test('dead letters: those that were drained since, the very moment included, until they expire', async () => {
    const letters = openDeadLetters(openDatabase(NAMES, local));
    const letter = { v: 1, topic: 'events', publishedAt: 'p', outcome: 'shown', text: 'x' } as const;
    await letters.write('old', { ...letter, at: '2026-11-20T09:00:00.000Z' });
    await letters.write('then', { ...letter, at: '2026-11-20T10:00:00.000Z' });
    await letters.write('new', { ...letter, at: '2026-11-21T09:00:00.000Z' });
    expect((await letters.drainedSince('2026-11-20T10:00:00.000Z')).map(({ id }) => id)).toEqual(['then', 'new']);
    const expiresAt = daysAfter('2026-11-21T09:00:00.000Z', DEAD_LETTER_DAYS);
    expect(await fieldOf(`${DEAD_LETTERS}/new`, 'expiresAt')).toEqual(expiresAt);
  });

  test('runs: whether any is live, and which are past their retention', async () => {
    const runs = openRunStore(NAMES, local);
    expect(await runs.hasLive()).toBe(false);
    const [kept, expiring] = ['20260101-000000-aaaa', '20260101-000000-bbbb'];
    const end = { status: 'failed', message: 'm', at: '2026-01-01T00:00:00.000Z' } as const;
    const ended = { ...observeCommit(EMPTY_RUN, aCommit({ run: kept }), 'now'), end, cleanedAt: 'now' };
    await runs.create(kept, ended);
    const request = aCommit({ run: expiring, retentionSeconds: { failed: 60 } });
    await runs.create(expiring, { ...ended, request });
    expect(await runs.expired('2026-01-01T00:00:59.000Z', 9)).toEqual([]);
    expect(await runs.expired('2026-01-01T00:01:00.000Z', 9)).toEqual([expiring]);
    expect(await runs.hasLive()).toBe(false);
    await runs.create('20260101-000000-cccc', observeCommit(EMPTY_RUN, aCommit(), 'now'));
    expect(await runs.hasLive()).toBe(true);
  });

  test('the end of a retention is a text: the sweep removes the run with its objects, no TTL policy does', async () => {
    const runs = openRunStore(NAMES, local);
    const run = '20260102-000000-bbbb';
    const end = { status: 'failed', message: 'm', at: '2026-01-02T00:00:00.000Z' } as const;
    const request = aCommit({ run, retentionSeconds: { failed: 60 } });
    await runs.create(run, { ...observeCommit(EMPTY_RUN, request, 'now'), end });
    expect(await fieldOf(runPath(run), 'removeAfter')).toBeUndefined();
    const stored = await runs.load(run);
    if (!stored) throw new Error('no run');
    await runs.update(stored, { ...stored.state, cleanedAt: 'now' });
    expect(await fieldOf(runPath(run), 'removeAfter')).toBe('2026-01-02T00:01:00.000Z');
  });
});

describe('the cloud', () => {
  let standIns: Awaited<ReturnType<typeof startStandIns>>;
  beforeAll(async () => {
    standIns = await startStandIns();
  });
  afterAll(() => standIns.close());

  test('the operations of a zone say what became of a VM', async () => {
    const cloud = openCompute(NAMES, () => standIns.endpoints);
    const { settings } = fakeGoogle().context;
    const attempts = { 1: anAttempt({ requestId: REQUEST_ID, start: { maxRunDurationSeconds: 3600 } }) };
    const body = runKind.insertBodyOf({ ...observeCommit(EMPTY_RUN, aCommit(), 'now'), attempts }, 1, {
      ...settings,
      scripts: { ...settings.scripts, run: { startup: '#!/bin/bash\nexec sleep 600\n', shutdown: '' } },
    });
    const answer = await cloud.insert('local-a', REQUEST_ID, body);
    if (!('operation' in answer)) throw new Error('no operation');
    await cloud.awaitOperation('local-a', answer.operation, 10);
    expect((await cloud.operationsOn('local-a', body.name)).map(({ type }) => type)).toEqual(['insert']);
    const { disks, vms } = await cloud.list();
    expect([...vms, ...disks].map(({ id }) => id)).toEqual([
      expect.stringMatching(/^\d+$/),
      expect.stringMatching(/^\d+$/),
    ]);
    await cloud.awaitOperation('local-a', (await cloud.delete('local-a', body.name)) ?? '', 10);
    const operations = await cloud.operationsOn('local-a', body.name);
    expect(operations.map(({ type }) => type).toSorted()).toEqual(['delete', 'insert']);
    for (const { at, endedAt } of operations) expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at));
    expect(await cloud.operationsOn('local-a', 'another')).toEqual([]);
  });
});
