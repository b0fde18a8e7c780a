// What Google's TTL policies do: a document whose `expiresAt` is past goes, at the next start or within an hour.
import { Timestamp } from '@google-cloud/firestore';
import { fakeClock } from '../../../fakes/clock';
import { fixture, idsOf, type Fixture } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

const HOUR_MS = 3_600_000;
const expiresAt = (ms: number) => ({ expiresAt: Timestamp.fromMillis(ms) });

test('expired documents are deleted once an hour, in every database and collection; a value that is not a timestamp keeps a document', async () => {
  const clock = fakeClock();
  const service = await f.start({ clock });
  const client = f.client(service);
  const other = f.client(service, 'other-runs');
  const nowMs = clock.now();
  await client.doc('runs/kept').set({ n: 1 });
  await client.doc('runs/kept/events/past').set(expiresAt(nowMs + HOUR_MS));
  await client.doc('runs/kept/events/later').set(expiresAt(nowMs + HOUR_MS + 1));
  await client.doc('runs/kept/events/text').set({ expiresAt: '2000-01-01T00:00:00Z' });
  await other.doc('removed/past').set(expiresAt(0));
  await clock.advance(HOUR_MS - 1);
  expect(await idsOf(other.collection('removed'))).toBe('past');
  await clock.advance(1);
  expect(await idsOf(other.collection('removed'))).toBe('');
  expect(await idsOf(client.collection('runs/kept/events'))).toBe('later text');
  expect(await idsOf(client.collection('runs'))).toBe('kept');
  await clock.advance(HOUR_MS);
  expect(await idsOf(client.collection('runs/kept/events'))).toBe('text');
});

test('expired documents are deleted at the start, for good', async () => {
  const clock = fakeClock();
  const first = await f.start({ clock });
  const nowMs = clock.now();
  const before = f.client(first).collection('removed');
  for (let index = 0; index < 501; index++) await before.doc(`past-${index}`).set(expiresAt(nowMs + 1));
  await before.doc('later').set(expiresAt(nowMs + HOUR_MS));
  await first.close();
  expect(clock.waiting()).toBe(0);
  await clock.advance(1);
  const second = await f.start({ clock });
  expect(await idsOf(f.client(second).collection('removed'))).toBe('later');
  await second.close();
  const third = await f.start({ clock: fakeClock(nowMs) });
  expect(await idsOf(f.client(third).collection('removed'))).toBe('later');
});
