// Dead letters in memory, as Pub/Sub keeps them.
import { fakeGoogle } from './google';
import { LEASE_MS } from './fake-dead-messages';

test('a pulled dead letter was gone though its handler had died: it comes again, until it is acknowledged', async () => {
  const google = fakeGoogle();
  const { deadMessages } = google.context;
  const letter = { ackId: 'a', id: '1', publishedAt: '2026-11-21T10:00:00.000Z', text: '', attributes: {} };
  google.dead.events.push(letter, { ...letter, ackId: 'b', id: '2' });
  const pull = async () => (await deadMessages.pull('events', 10)).map(({ id }) => id);
  expect((await deadMessages.pull('events', 1)).map(({ id }) => id)).toEqual(['1']);
  expect(await pull()).toEqual(['2']);
  expect(await pull()).toEqual([]);
  google.nowMs += LEASE_MS - 1;
  expect(await pull()).toEqual([]);
  google.nowMs += 1;
  expect(await pull()).toEqual(['1', '2']);
  await deadMessages.acknowledge('events', ['a']);
  google.nowMs += LEASE_MS;
  expect(await pull()).toEqual(['2']);
  expect(google.dead.events.map(({ id }) => id)).toEqual(['2']);
});
