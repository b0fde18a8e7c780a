// Firestore that is unavailable for a moment, before or in the middle of an answer: on Google's own client, whose retries are Google's.
// A list must come whole, each document once, or not at all.
import { codeOf, DeadlineError, openFirestore } from '@mymlops/google';
import type { Endpoints } from '@mymlops/protocol';
import * as library from '../../functions/src/google/libraries/firestore';
import { openDatabase } from '../../functions/src/google/database';
import { openOrphanCandidates } from '../../functions/src/google/orphan-candidates';
import { startGrpcProxy, type GrpcProxy, type Trouble } from './grpc-proxy';
import { NAMES, startStandIns } from './stand-ins';

let standIns: Awaited<ReturnType<typeof startStandIns>>;
let proxy: GrpcProxy;
beforeAll(async () => {
  standIns = await startStandIns();
  proxy = await startGrpcProxy(standIns.endpoints.firestore);
  const direct = openOrphanCandidates(openDatabase(NAMES, () => standIns.endpoints));
  for (const id of IDS) {
    await direct.mark({ v: 1, resource: 'vm', name: id, zone: 'z', id, firstSeenAt: 'now' });
  }
});
afterAll(async () => {
  await proxy.close();
  await standIns.close();
});
beforeEach(() => void proxy.calls.splice(0));

/** gRPC's code (https://grpc.io/docs/guides/status-codes/). */
const UNAVAILABLE = 14;
/** Those of `method`: a query that our deadline ended may still be tried again when the next test runs. */
const callsOf = (method: string) => proxy.calls.filter((call) => call === method);
const IDS = ['1', '2', '3', '4', '5', '6', '7'];
const spoilt = (): Endpoints => ({ ...standIns.endpoints, firestore: proxy.address });
const candidates = () => openOrphanCandidates(openDatabase(NAMES, spoilt));
const idsOf = async (): Promise<string[]> => (await candidates().all()).map(({ id }) => id);

test('a query whose first answer is UNAVAILABLE is made again', async () => {
  proxy.spoil('RunQuery', 'refused', 'refused');
  expect(await idsOf()).toEqual(IDS);
  expect(proxy.calls).toEqual(['RunQuery', 'RunQuery', 'RunQuery']);
});

test('a query that breaks in the middle comes whole, each document once', async () => {
  proxy.spoil('RunQuery', { brokenAfter: 3 });
  expect(await idsOf()).toEqual(IDS);
  expect(proxy.calls).toEqual(['RunQuery', 'RunQuery']);
});

test('a query that breaks again and again comes whole, too', async () => {
  proxy.spoil('RunQuery', { brokenAfter: 2 }, { brokenAfter: 3 }, { brokenAfter: 2 });
  expect(await idsOf()).toEqual(IDS);
  expect(proxy.calls).toHaveLength(4);
});

test.each([0, 1, 3, 7, 8])(
  'a query whose connection is dropped after %d messages comes whole, or is an error',
  async (droppedAfter) => {
    proxy.spoil('RunQuery', { droppedAfter });
    // Messages on their way may be lost with the connection. Without a document that came, the library gives up.
    expect([IDS, UNAVAILABLE]).toContainEqual(await idsOf().catch(codeOf));
  },
);

test('a query that never gets anywhere is an error, and no short list', async () => {
  const troubles: Trouble[] = Array.from({ length: 20 }, () => 'refused');
  proxy.spoil('RunQuery', { brokenAfter: 3 }, ...troubles);
  // On a busy computer our own deadline may end before the library gives up.
  const error: unknown = await idsOf().catch((problem: unknown) => problem);
  expect(error instanceof DeadlineError ? UNAVAILABLE : codeOf(error)).toBe(UNAVAILABLE);
  proxy.spoil('RunQuery');
});

test.each<[string, Trouble]>([
  ['refused', 'refused'],
  ['lost', 'answer lost'],
  ['broken before its document', { brokenAfter: 0 }],
])('a document whose read is %s is read again', async (_how, trouble) => {
  proxy.spoil('BatchGetDocuments', trouble);
  expect(await candidates().load('vm-1')).toMatchObject({ id: '1' });
  expect(callsOf('BatchGetDocuments')).toHaveLength(2);
});

test('a list of collections is read again', async () => {
  proxy.spoil('ListCollectionIds', 'refused');
  const firestore = openFirestore(library, NAMES, spoilt());
  expect(await firestore.listCollections()).not.toEqual([]);
  expect(callsOf('ListCollectionIds')).toHaveLength(2);
});
