// Each call to Firestore and Pub/Sub that Google refuses names the permissions that it needs, and where: Google's own sentence
// does not.
import { databaseName, deadLetterOf, subscriptionName, topicName, type Endpoints } from '@mymlops/protocol';
import { EMPTY_RUN, observeCommit } from '../../functions/src/engine/run/observe';
import { openBusPort } from '../../functions/src/google/bus';
import { openDatabase } from '../../functions/src/google/database';
import { openDeadLetters } from '../../functions/src/google/dead-letters';
import { openDeadMessages } from '../../functions/src/google/dead-messages';
import { openOrphanCandidates } from '../../functions/src/google/orphan-candidates';
import { openProbes } from '../../functions/src/google/probes';
import { openSlotPools } from '../../functions/src/google/slots';
import { openSnapshotCandidates } from '../../functions/src/google/snapshot-candidates';
import { openSweeps } from '../../functions/src/google/sweeps';
import { emptyReport } from '../../functions/src/sweep/report';
import { auth } from '../deploy/local/harness';
import { aCommit, RUN } from '../fakes/builders';
import { openRunStore, type RunStore } from './run-store';
import { NAMES, startStandIns } from './stand-ins';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(() => standIns.close());

/** The account that pushes messages may do nothing here. */
const nobody = (): Endpoints => ({ ...standIns.endpoints, token: auth.tokenOf('push') });
const database = () => openDatabase(NAMES, nobody);
const state = observeCommit(EMPTY_RUN, aCommit(), 'now');
const stored = { id: RUN, state, version: '1.0' };
const runs = (work: (store: RunStore) => Promise<unknown>) => () => work(openRunStore(NAMES, nobody));
const mark = { v: 1, resource: 'vm', name: 'a', zone: 'z', id: '7', firstSeenAt: 'now' } as const;
const letter = {
  v: 1,
  topic: 'events',
  publishedAt: 'p',
  outcome: 'shown',
  text: 'x',
  at: '2026-11-21T10:00:00Z',
} as const;
const candidate = { v: 1, object: 'sources/a.bundle', generation: '1', markedAt: 'now' } as const;
const pool = { stored: { name: 'runs' }, pool: { v: 1 as const, max: 1, holders: [], queue: [] } };
const all = async <T>(found: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const one of found) list.push(one);
  return list;
};

const ON_DATABASE = databaseName(NAMES.project, NAMES.database);
const [GET, LIST] = ['datastore.entities.get', 'datastore.entities.list'];
const QUERY = `${GET}, ${LIST}`;
const [CREATE, UPDATE, DELETE] = ['create', 'update', 'delete'].map((act) => `datastore.entities.${act}`) as [
  string,
  string,
  string,
];
const SET = `${CREATE}, ${UPDATE}`;

const CALLS: readonly [what: string, call: () => Promise<unknown>, permissions: string][] = [
  ['a run is read', runs((store) => store.load(RUN)), GET],
  ['a run is made', runs((store) => store.create(RUN, state)), `${CREATE}, ${DELETE}`],
  ['a run is written', runs((store) => store.update(stored, { ...state, end: undefined })), `${UPDATE}, ${CREATE}`],
  [
    'a run is removed',
    runs((store) => store.remove(stored, { v: 1, by: 'ada', at: 'now' } as never)),
    `${DELETE}, ${SET}`,
  ],
  ['what is below a run is removed', runs((store) => store.removeBelow(RUN)), LIST],
  ['a tombstone is read', runs((store) => store.isRemoved(RUN)), GET],
  ['live runs are read', runs((store) => all(store.live())), QUERY],
  ['a live run is looked for', runs((store) => store.hasLive()), QUERY],
  ['a run that names a snapshot is looked for', runs((store) => store.isNamed('sources/a.bundle')), QUERY],
  ['runs past their retention are read', runs((store) => store.expired('now', 1)), QUERY],
  ['a slot pool is read', () => openSlotPools(database()).load('runs'), GET],
  ['slot pools are read', () => openSlotPools(database()).all(), QUERY],
  ['a slot pool is written', () => openSlotPools(database()).write(pool), SET],
  ['the last report is read', () => openSweeps(database()).last(), GET],
  ['a report is written', () => openSweeps(database()).write(emptyReport(0), false), SET],
  ['an answer is written', () => openSweeps(database()).writeAnswer('a', emptyReport(0)), SET],
  ['the probe is read', () => openProbes(database()).load(), GET],
  ['the probe is written', () => openProbes(database()).write({ v: 1 } as never), SET],
  ['orphan candidates are read', () => openOrphanCandidates(database()).all(), QUERY],
  ['an orphan candidate is read', () => openOrphanCandidates(database()).load('vm-7'), GET],
  ['an orphan candidate is marked', () => openOrphanCandidates(database()).mark(mark), CREATE],
  ['an orphan candidate is dropped', () => openOrphanCandidates(database()).drop('vm-7'), DELETE],
  ['a snapshot candidate is read', () => openSnapshotCandidates(database()).load('sources/a'), GET],
  ['a snapshot candidate is marked', () => openSnapshotCandidates(database()).mark(candidate), SET],
  ['a snapshot candidate is dropped', () => openSnapshotCandidates(database()).drop('sources/a'), DELETE],
  ['a dead letter is written', () => openDeadLetters(database()).write('a', letter), SET],
  ['dead letters are read', () => openDeadLetters(database()).drainedSince('now'), QUERY],
];

// Together: the library makes a refused read again for some seconds.
test('each call of Firestore names its permissions', async () => {
  const refusalOf = (call: () => Promise<unknown>): Promise<string> =>
    call().then(
      () => 'done',
      (error: unknown) => String(error),
    );
  const said = await Promise.all(CALLS.map(async ([what, call]) => [what, await refusalOf(call)] as const));
  const expected = CALLS.map(([what, , permissions]) => [
    what,
    expect.stringContaining(` It needs ${permissions} on ${ON_DATABASE}.`),
  ]);
  expect(said).toEqual(expected);
});

test('a message is published', async () => {
  const bus = openBusPort(NAMES, nobody);
  const on = (topic: string): string => topicName(NAMES.project, topic);
  await expect(bus.ask({})).rejects.toThrow(` It needs pubsub.topics.publish on ${on(NAMES.topics.requests)}.`);
  await expect(bus.sendProbe({ v: 1 } as never)).rejects.toThrow(
    ` It needs pubsub.topics.publish on ${on(NAMES.topics.events)}.`,
  );
});

test('dead messages are pulled and acknowledged', async () => {
  const dead = openDeadMessages(NAMES, nobody);
  const on = subscriptionName(NAMES.project, deadLetterOf(NAMES.topics.events));
  const refusal = ` It needs pubsub.subscriptions.consume on ${on}.`;
  await expect(dead.pull('events', 1)).rejects.toThrow(refusal);
  await expect(dead.acknowledge('events', ['a'])).rejects.toThrow(refusal);
});
