import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PubsubService } from '../../../../deploy/local/pubsub';
import { fakeClock } from '../../../fakes/clock';
import { startServiceProcess } from '../service-process';
import { eventually, PROJECT } from '../harness';
import { base64, fixture, type Fixture, pushTopic, rest, subscriber } from './fixture';

let f: Fixture;
beforeEach(() => (f = fixture()));
afterEach(() => f.end());

/** The service in a process of its own, on the test's folder. */
async function startChild(
  prefix?: string,
): Promise<{ service: Pick<PubsubService, 'address'>; kill(): Promise<void> }> {
  const args = [f.folder, f.functionsSocket];
  const { address, kill } = await startServiceProcess(join(__dirname, 'program.ts'), args, prefix);
  f.defer(kill);
  return { service: { address }, kill };
}

const publish = (service: Pick<PubsubService, 'address'>, text: string) =>
  rest(service as PubsubService, 'POST', 'topics/things:publish', { messages: [{ data: base64(text) }] });

test('after a kill -9 during many publishes every acknowledged message is delivered', async () => {
  const { service, kill } = await startChild();
  const acknowledged: string[] = [];
  const storm = async (lane: string): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const answer = await publish(service, `${lane}-${n}`).catch(() => null);
      if (answer?.status !== 200) return;
      acknowledged.push(`${lane}-${n}`);
    }
  };
  const lanes = ['a', 'b', 'c', 'd'].map(storm);
  await eventually(() => acknowledged.length >= 200);
  await kill();
  await Promise.all(lanes);

  const functions = await subscriber(f, f.functionsSocket);
  const again = await f.start();
  await eventually(() => again.pending() === 0);
  const delivered = new Set(functions.deliveries.map(({ text }) => text));
  expect(acknowledged.filter((text) => !delivered.has(text))).toEqual([]);
});

test('on a full disk a publish is refused as a whole, and no accepted one is lost', async () => {
  const { service, kill } = await startChild('ulimit -f 16;'); // writes beyond 16 KiB fail, as on a full disk
  const accepted: string[] = [];
  let answer = await publish(service, 'm-0');
  for (let n = 0; answer.status === 200; n += 1) {
    accepted.push(`m-${n}`);
    answer = await publish(service, `m-${n + 1}`);
  }
  expect(answer).toMatchObject({ status: 507, body: { error: { message: expect.stringContaining('EFBIG') } } });
  expect(accepted.length).toBeGreaterThan(10);
  await kill();

  const functions = await subscriber(f, f.functionsSocket);
  const again = await f.start();
  await eventually(() => again.pending() === 0);
  expect(functions.deliveries.map(({ text }) => text).toSorted()).toEqual(accepted.toSorted());
});

test('a restart keeps topics, settings, order, counted attempts, and never gives a message id twice', async () => {
  const clock = fakeClock();
  const failing = await subscriber(f, f.functionsSocket, () => 500);
  const first = await f.start(clock);
  first.createTopic(PROJECT, 'things-dead');
  pushTopic(first, 'things', { deadLetterTopic: 'things-dead', maxDeliveryAttempts: 9 });
  const ids = ['1', '2', '3'].map((text) => Number(first.publish(PROJECT, 'things', Buffer.from(text), { n: text })));
  await eventually(() => f.logs.filter(({ message }) => message === 'push failed').length === 3);
  await first.close();
  await failing.close();

  const functions = await subscriber(f, f.functionsSocket);
  const second = await f.start(clock);
  await eventually(() => second.pending() === 0);
  expect(functions.deliveries.map(({ text }) => text)).toEqual(['1', '2', '3']);
  expect(functions.deliveries.map(({ body }) => body.deliveryAttempt)).toEqual([2, 2, 2]);
  expect(functions.deliveries[0]?.body.message).toMatchObject({ messageId: String(ids[0]), attributes: { n: '1' } });
  expect(Number(second.publish(PROJECT, 'things', Buffer.from('4')))).toBeGreaterThan(Math.max(...ids));
  await eventually(() => second.pending() === 0);
  await second.close();

  const third = await f.start(clock);
  expect(third.pending()).toBe(0);
});

test('creating the same again writes nothing', async () => {
  const service = await f.start();
  const journal = join(f.folder, 'journal.jsonl');
  pushTopic(service, 'things');
  service.createPullSubscription({ project: PROJECT, id: 'pulled', topic: 'things', ackDeadlineSeconds: 10 });
  await service.close();
  const bytes = statSync(journal).size;
  const again = await f.start();
  pushTopic(again, 'things');
  again.createPullSubscription({ project: PROJECT, id: 'pulled', topic: 'things', ackDeadlineSeconds: 10 });
  expect(statSync(journal).size).toBe(bytes);
});

test('the journal is compacted when it outgrows the undelivered messages, which it keeps', async () => {
  const service = await f.start(fakeClock());
  const functions = await subscriber(f, f.functionsSocket, ({ text }) => (text === 'stays' ? 500 : 200));
  pushTopic(service, 'things');
  service.publish(PROJECT, 'things', Buffer.from('stays'), { why: 'it failed' });
  const mebibyte = Buffer.alloc(1024 * 1024);
  for (let n = 1; n <= 6; n += 1) {
    service.publish(PROJECT, 'things', mebibyte);
    await eventually(() => functions.deliveries.length === n + 1 && service.pending() === 1);
  }
  expect(statSync(join(f.folder, 'journal.jsonl')).size).toBeLessThan(4 * 1024 * 1024);
  const lastId = Number(service.publish(PROJECT, 'things', Buffer.from('also')));
  await eventually(() => service.pending() === 1);
  await service.close();

  const again = await f.start(fakeClock(0));
  await eventually(() => functions.deliveries.filter(({ text }) => text === 'stays').length === 2);
  expect(functions.deliveries.at(-1)?.body.message.attributes).toEqual({ why: 'it failed' });
  expect(again.pending()).toBe(1);
  expect(Number(again.publish(PROJECT, 'things', Buffer.from('later')))).toBeGreaterThan(lastId);
});

test('an incomplete last line is not a message, and later ones are kept', async () => {
  const service = await f.start();
  pushTopic(service, 'things');
  service.publish(PROJECT, 'things', Buffer.from('whole'));
  await service.close();
  const journal = join(f.folder, 'journal.jsonl');
  const { appendFileSync } = await import('node:fs');
  appendFileSync(journal, '{"kind":"message","message":{"id":"9');
  const again = await f.start();
  again.publish(PROJECT, 'things', Buffer.from('next'));
  expect(again.pending()).toBe(2);
  await again.close();
  expect(
    readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toHaveLength(4);
});

test('a service closes when called twice, or with running deliveries', async () => {
  const functions = await subscriber(f, f.functionsSocket, () => null);
  const service = await f.start();
  pushTopic(service, 'things');
  service.publish(PROJECT, 'things', Buffer.from('x'));
  await eventually(() => functions.deliveries.length === 1);
  await Promise.all([service.close(), service.close()]);
  await functions.close();
  expect(existsSync(f.functionsSocket)).toBe(false);
  await expect(publish(service, 'late')).rejects.toThrow('ECONNREFUSED');

  const again = await f.start();
  expect(again.pending()).toBe(1);
});
