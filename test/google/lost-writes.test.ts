// Writes to Firestore that were done and whose answer was lost: Google's own client sends the commit again, which then meets its own
// work. Each write must come out as if it had been made once.
import { EVENTS, orphanCandidateId, runPath, snapshotCandidatePath, type Endpoints } from '@mymlops/protocol';
import { change } from '../../functions/src/control/change';
import { runKind } from '../../functions/src/engine/run/kind';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import { openDatabase } from '../../functions/src/google/database';
import { openDeadLetters } from '../../functions/src/google/dead-letters';
import { openDocumentStores } from '../../functions/src/google/documents';
import { openOrphanCandidates } from '../../functions/src/google/orphan-candidates';
import { openProbes } from '../../functions/src/google/probes';
import { openSlotPools } from '../../functions/src/google/slots';
import { openSnapshotCandidates } from '../../functions/src/google/snapshot-candidates';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { firestoreClient } from '../deploy/local/firestore/client';
import { BUCKETS } from '../fakes/buckets';
import { aCommit, aRef, parsedReport } from '../fakes/builders';
import { startGrpcProxy, type GrpcProxy } from './grpc-proxy';
import { loadRun, openRunStore } from './run-store';
import { NAMES, startStandIns } from './stand-ins';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
let proxy: GrpcProxy;
beforeAll(async () => {
  standIns = await startStandIns();
  proxy = await startGrpcProxy(standIns.endpoints.firestore);
});
afterAll(async () => {
  await proxy.close();
  await standIns.close();
});
beforeEach(() => void proxy.calls.splice(0));

const AT = '2026-11-21T10:00:00.000Z';
const RUN = '20261121-100000-lost';
const lossy = (): Endpoints => ({ ...standIns.endpoints, firestore: proxy.address });
const database = () => openDatabase(NAMES, lossy);
const runs = () => openRunStore(NAMES, lossy);
const stored = async (path: string): Promise<object | undefined> => {
  const client = firestoreClient({ address: standIns.endpoints.firestore, token: standIns.endpoints.token });
  try {
    return (await client.doc(path).get()).data();
  } finally {
    await client.terminate();
  }
};
const commits = (): number => proxy.calls.filter((call) => call === 'Commit').length;
const loseAnswer = (): void => proxy.spoil('Commit', 'answer lost');
const next = observeCommit(EMPTY_RUN, aCommit({ run: RUN }), AT);

test('a run is made once: the second look finds it, and changes nothing', async () => {
  loseAnswer();
  const context = { documents: openDocumentStores(database()), settings: { buckets: BUCKETS } };
  const made = await change(runKind, RUN, { next: (state) => (state ? state : next) }, context);
  expect(made).toEqual(next);
  expect(commits()).toBe(2);
  expect((await loadRun(runs(), RUN)).state).toEqual(next);
});

test('a change is written once, and whoever made it looks again', async () => {
  const before = await loadRun(runs(), RUN);
  loseAnswer();
  const cancel = { by: 'ada', at: AT };
  expect(await runs().update(before, { ...before.state, cancel })).toBe(false);
  expect(commits()).toBe(2);
  expect((await loadRun(runs(), RUN)).state.cancel).toEqual(cancel);
});

test('a report leaves one audit document, with and without a change of the run', async () => {
  const { v, attempt, writer, boot, seq, sentAt, state: said } = parsedReport();
  const document = { v, attempt, writer, boot, seq, sentAt, receivedAt: AT, state: said };
  const before = await loadRun(runs(), RUN);
  loseAnswer();
  const cancel = { by: 'bob', at: AT };
  await runs().update(before, { ...before.state, cancel }, { audit: { id: 'e1', document } });
  const after = await loadRun(runs(), RUN);
  expect(after.state.cancel).toEqual(cancel);
  loseAnswer();
  await runs().update(after, after.state, { audit: { id: 'e2', document } });
  for (const id of ['e1', 'e2']) expect(await stored(`${runPath(RUN)}/${EVENTS}/${id}`)).toMatchObject(document);
});

test('a slot is taken once, made or changed', async () => {
  const slots = openSlotPools(database());
  for (const holder of [aRef('one'), aRef('two')]) {
    const pool = await slots.load('deployment');
    loseAnswer();
    const taken = { v: 1 as const, max: 2, holders: [...(pool.pool?.holders ?? []), holder], queue: [] };
    expect(await slots.write({ stored: pool, pool: taken })).toBe(false);
  }
  expect((await slots.load('deployment')).pool?.holders).toEqual([aRef('one'), aRef('two')]);
});

const candidate = { v: 1, resource: 'vm', name: 'a', zone: 'z', id: '7', firstSeenAt: AT } as const;
const letter = { v: 1, topic: 'events', publishedAt: AT, outcome: 'shown', text: 'x', at: AT } as const;
const snapshot = { v: 1, object: 'sources/a.bundle', generation: '1', markedAt: AT } as const;
const report = emptyReport(Date.parse(AT));

test.each<[string, () => Promise<unknown>, string, object | undefined]>([
  ['an orphan candidate', () => openOrphanCandidates(database()).mark(candidate), 'orphan-candidates/vm-7', candidate],
  [
    'an orphan candidate dropped',
    () => openOrphanCandidates(database()).drop(orphanCandidateId(candidate)),
    'orphan-candidates/vm-7',
    undefined,
  ],
  ['a dead letter', () => openDeadLetters(database()).write('7', letter), 'dead-letters/7', letter],
  ['a probe', () => openProbes(database()).write({ v: 1, at: AT, since: AT }), 'sweeps/probe', { at: AT }],
  ['a report of a sweep', () => openSweeps(database()).write(report, false), 'sweeps/last', { at: report.at }],
  [
    'a snapshot candidate',
    () => openSnapshotCandidates(database()).mark(snapshot),
    snapshotCandidatePath(snapshot.object),
    snapshot,
  ],
])('%s', async (_what, write, path, wanted) => {
  loseAnswer();
  await write();
  expect(commits()).toBe(2);
  const found = await stored(path);
  if (wanted) expect(found).toMatchObject(wanted);
  else expect(found).toBeUndefined();
});

test('a run is removed once, with what lies under it', async () => {
  const before = await loadRun(runs(), RUN);
  loseAnswer();
  await runs().removeBelow(RUN);
  expect(await stored(`${runPath(RUN)}/${EVENTS}/e1`)).toBeUndefined();
  loseAnswer();
  const tombstone = { v: 1 as const, by: 'ada', at: AT, expiresAt: new Date(AT) };
  expect(await runs().remove(before, tombstone)).toBe(false);
  expect(await runs().load(RUN)).toBeUndefined();
  expect(await runs().isRemoved(RUN)).toBe(true);
  // The same request, delivered once more, does not bring it back.
  expect(await runs().create(RUN, next)).toBe('removed');
});
