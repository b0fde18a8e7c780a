import type { DocumentSnapshot, Firestore, Query, QuerySnapshot } from '@google-cloud/firestore';
import { eventually } from '../harness';
import { type Fixture, fixture } from './fixture';

let f: Fixture;
let firestore: Firestore;

beforeEach(async () => {
  f = fixture();
  firestore = f.client(await f.start());
});
afterEach(() => f.end());

/** Stops a listener at the end of the test, and waits until its stream has ended: the answer to a later call comes after. */
function stopAtEnd(stop: () => void): void {
  f.defer(async () => {
    stop();
    await firestore.doc('any/document').get();
  });
}

/** What a listener got, a line a snapshot: `added:a modified:b`. */
function follow(query: Query): string[] {
  const told: string[] = [];
  const tell = (snapshot: QuerySnapshot): void => void told.push(describeChanges(snapshot));
  stopAtEnd(query.onSnapshot(tell, (error) => told.push(String(error))));
  return told;
}

function describeChanges(snapshot: QuerySnapshot): string {
  const changes = snapshot.docChanges();
  return changes.map(({ type, doc }) => `${type}:${doc.id}`).join(' ');
}

async function after(told: string[], count: number, act: () => Promise<unknown>): Promise<void> {
  await eventually(() => told.length === count);
  await act();
}

test('a query reports documents that enter, change and leave, one commit at a time', async () => {
  const runs = firestore.collection('runs');
  await firestore.batch().set(runs.doc('a'), { live: true }).set(runs.doc('b'), { live: false }).commit();
  const told = follow(runs.where('live', '==', true));
  await after(told, 1, () => runs.doc('b').update({ live: true }));
  await after(told, 2, () => runs.doc('b').update({ n: 1 }));
  await after(told, 3, () => runs.doc('b').update({ live: false }));
  await after(told, 4, () => firestore.batch().delete(runs.doc('a')).set(runs.doc('c'), { live: true }).commit());
  await after(told, 5, () => runs.doc('elsewhere').set({ live: false }));
  await runs.doc('c').delete();
  await eventually(() => told.length === 6);
  expect(told).toEqual(['added:a', 'added:b', 'modified:b', 'removed:b', 'removed:a added:c', 'removed:c']);
});

test('a document is reported from missing through changes to deleted', async () => {
  const run = firestore.doc('runs/a');
  const told: unknown[] = [];
  stopAtEnd(run.onSnapshot((snapshot: DocumentSnapshot) => told.push(snapshot.data() ?? 'missing')));
  for (const [at, act] of [() => run.set({ n: 1 }), () => run.update({ n: 2 }), () => run.delete()].entries()) {
    await eventually(() => told.length === at + 1);
    await act();
  }
  await eventually(() => told.length === 4);
  expect(told).toEqual(['missing', { n: 1 }, { n: 2 }, 'missing']);
});

test('a limited query fills up again with the next documents', async () => {
  const runs = firestore.collection('runs');
  const told = follow(runs.orderBy('n', 'desc').limit(2));
  const three = firestore
    .batch()
    .set(runs.doc('1'), { n: 1 })
    .set(runs.doc('2'), { n: 2 })
    .set(runs.doc('3'), { n: 3 });
  await after(told, 1, () => three.commit());
  await after(told, 2, () => runs.doc('3').delete());
  await after(told, 3, () => runs.doc('1').update({ n: 9 }));
  await eventually(() => told.length === 4);
  expect(told).toEqual(['', 'added:3 added:2', 'removed:3 added:1', 'modified:1']);
});

test('every commit reaches a listener in order, with its own update time', async () => {
  const run = firestore.doc('runs/a');
  await run.set({ n: 0 });
  const seen: { n: number; at: string }[] = [];
  stopAtEnd(
    run.onSnapshot((snapshot) =>
      seen.push({ n: snapshot.get('n') as number, at: snapshot.updateTime?.valueOf() ?? '' }),
    ),
  );
  await eventually(() => seen.length === 1);
  for (let n = 1; n <= 50; n += 1) await run.update({ n });
  await eventually(() => seen.length === 51);
  expect(seen.map(({ n }) => n)).toEqual(Array.from({ length: 51 }, (_, n) => n));
  expect(new Set(seen.map(({ at }) => at)).size).toBe(51);
});

test('a listener outlives a restart and gets only the changes since then', async () => {
  const life = fixture();
  const first = await life.start();
  const port = Number(first.address.split(':')[1]);
  const client = life.client(first);
  const runs = client.collection('runs');
  await runs.doc('a').set({ n: 1 });
  await runs.doc('b').set({ n: 1 });
  const told: string[] = [];
  const stop = runs.onSnapshot((snapshot) => told.push(describeChanges(snapshot)));
  await eventually(() => told.length === 1);
  await first.close();
  const second = await life.start({ port });
  expect(second.address).toBe(first.address);
  await life.client(second).doc('runs/a').delete();
  await eventually(() => told.length === 2);
  expect(told).toEqual(['added:a added:b', 'removed:a']);
  stop();
  await client.doc('any/document').get(); // the stream has ended
  await life.end();
});

test('an unsupported query ends its stream with the reason', async () => {
  const refused = new Promise((_, reject) => {
    firestore
      .collection('runs')
      .orderBy('__name__', 'desc')
      .onSnapshot(() => undefined, reject);
  });
  await expect(refused).rejects.toThrow('Firestore cannot scan names downwards');
  await firestore.doc('any/document').get(); // the stream has ended
});
