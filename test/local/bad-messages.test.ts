// Whatever comes in on a topic: acknowledged, logged once, and nothing changes; a commit that nobody understands becomes a
// run that says so. Through the real Pub/Sub and functions of one local cloud.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@mymlops/protocol';
import { aCommit, aReport } from '../fakes/builders';
import { type Desk, expectOk, newDesk, until } from './desk';

let desk: Desk;
beforeAll(async () => {
  desk = await newDesk({ sweepSeconds: 3600 }); // no sweep but those that a message makes
});
afterAll(() => desk.close());

interface Message {
  data?: string;
  attributes?: Record<string, string>;
}
type Topic = 'requests' | 'events' | 'sweeps';

/** Returns the ids of the messages: one a request, which may have 10 MB. */
async function publish(topic: Topic, messages: readonly Message[]): Promise<string[]> {
  const ids: string[] = [];
  for (const message of messages) ids.push(...(await publishOne(topic, message)));
  return ids;
}

async function publishOne(topic: Topic, message: Message): Promise<string[]> {
  const { pubsub, token } = desk.endpoints();
  const response = await fetch(`http://${pubsub}/v1/projects/local/topics/mymlops-${topic}:publish`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [message] }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { messageIds: string[] }).messageIds;
}

interface Line {
  message: string;
  messageId?: string;
  cause?: string;
}

const logged = (): Line[] =>
  readFileSync(join(desk.home, 'log.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

const untilLogged = (ids: readonly string[]): Promise<true> =>
  until('all is logged', () => {
    const seen = new Set(logged().map(({ messageId }) => messageId));
    return ids.every((id) => seen.has(id)) || undefined;
  });

const history = async (): Promise<(RunDocument & { run: string })[]> =>
  JSON.parse(expectOk(await desk.client('ps', '--all', '--json')).stdout) as (RunDocument & { run: string })[];

const bytes = (data: Buffer | string): Message => ({ data: Buffer.from(data).toString('base64') });
const json = (value: object): Message => bytes(JSON.stringify(value));
const truncated = (value: object): Message => bytes(JSON.stringify(value).slice(0, -20));

/** On any topic. Pub/Sub takes 10 MB, base64 and all. */
const NOISE: [string, Message][] = [
  ['attributes only', { attributes: { a: 'b' } }],
  ['a space', bytes(' ')],
  ['no JSON', bytes('{')],
  ['no UTF-8', bytes(Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]))],
  ['null', bytes('null')],
  ['a number', bytes('1e999')],
  ['a list', bytes('[]')],
  ['nested without end', bytes('['.repeat(1_000_000))],
  ['7 MB of text', bytes(JSON.stringify('x'.repeat(7_000_000)))],
  ['a hundred thousand keys', json(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`key-${n}`, n])))],
  ['an unknown type', json({ v: 1, type: 'format-disk' })],
  ['__proto__', bytes('{"v":1,"type":"commit","__proto__":{"run":"20260101-000000-aaaa"}}')],
];

const OTHER = '20260101-000000-aaaa';

test('requests', async () => {
  const { stdout } = expectOk(await desk.client('commit', '--json', desk.notebook('a.ipynb', ['x = 1'])));
  const [{ run }] = JSON.parse(stdout) as [{ run: string }];
  const before = await history();
  const bad = [
    ...NOISE.map(([, message]) => message),
    truncated(aCommit({ run: OTHER })),
    json({ v: 1, type: 'cancel', run, by: 'x'.repeat(7_000_000), at: '2026-11-21T10:00:05.000Z' }),
    json({ v: 1, type: 'cancel', run: '../../etc', by: 'x', at: '2026-11-21T10:00:05.000Z' }),
    json({ v: 1, type: 'remove', run, by: 'x', at: 'yesterday' }),
    json({ v: 2, type: 'remove', run, by: 'x', at: '2026-11-21T10:00:05.000Z' }),
    json({ v: 1, type: 'published', run, commit: 'HEAD', by: 'x', at: '2026-11-21T10:00:05.000Z' }),
    json({ v: 1, type: 'reap', run, attempt: 0, zone: 'local-a', name: 'x' }),
    json({ v: 2, type: 'advance', kind: 'run', id: run }),
    json({ ...aCommit({ run }), v: 2 }),
    json({ ...aCommit({ run }), sudo: true }),
  ];
  const ids = await publish('requests', bad);
  // A commit that is well-formed but larger than a run document may be was delivered again and again, and never seen.
  const unseen = [
    { ...aCommit({ run: OTHER }), v: 2 },
    aCommit({ run: '20260101-000000-bbbb', command: 'x'.repeat(2_000_000) }),
  ];
  ids.push(...(await publish('requests', unseen.map(json))));
  await untilLogged(ids);
  expectEachLoggedOnce(ids, 'request not understood');
  const after = await history();
  expect(after.filter((one) => !one.run.startsWith('20260101'))).toEqual(before);
  const made = after.filter((one) => one.run.startsWith('20260101'));
  expect(made.map(({ run: id, status, reason, live }) => ({ id, status, reason, live }))).toEqual(
    expect.arrayContaining(
      [OTHER, '20260101-000000-bbbb'].map((id) => ({ id, status: 'failed', reason: 'invalid-request', live: false })),
    ),
  );
  expect(made).toHaveLength(2);
  for (const { message } of made) expect(message.length).toBeLessThan(1000);
});

test('events', async () => {
  const before = await history();
  const run = before.find((one) => one.status === 'succeeded')?.run ?? '';
  const bad = [
    ...NOISE.map(([, message]) => message),
    truncated(aReport({ run })),
    json({ ...aReport({ run }), v: 2 }),
    json(aReport({ run: '../x' })),
    json(aReport({ run, boot: '../../../x' })),
    json({ ...aReport({ run }), state: { phase: 'party', phases: {} } }),
    // Well-formed, and larger than an event document may be.
    json(aReport({ run, sentAt: `2026-11-21T10:00:10.${'0'.repeat(2_000_000)}Z` })),
  ];
  const ids = await publish('events', bad);
  await untilLogged(ids);
  expectEachLoggedOnce(ids, 'report not understood');
  // Published with the local cloud's own token, but by no VM of it: of this run, too, which exists.
  const forged = [
    ...[aReport({ run, seq: 99 }), aReport({ run, attempt: 9 }), aReport({ run: OTHER })].map(json),
    // A field that only a newer agent knows does not make a forgery genuine.
    json({ ...aReport({ run }), root: true }),
    { ...json(aReport({ run, seq: 99 })), attributes: { identity1: 'a.b.c' } },
  ];
  const refused = await publish('events', forged);
  await untilLogged(refused);
  expectEachLoggedOnce(refused, 'report refused');
  expect(await history()).toEqual(before);
});

test('a commit that would be too large is refused before it is sent', async () => {
  const long = (name: string): string[] => ['-p', `${name}=${'x'.repeat(110_000)}`];
  const { code, stderr } = await desk.client('commit', 'a.ipynb', ...long('a'), ...long('b'));
  expect(code).toBe(1);
  expect(stderr).toContain('at most 190 kB are allowed. Move large values into a file of the project.');
});

test('sweeps: whatever it says, a tick is a tick', async () => {
  const before = await history();
  const ids: string[] = [];
  for (const [what, message] of NOISE) {
    const last = newestSweep();
    ids.push(...(await publish('sweeps', [message])));
    await until(`a sweep for ${what}`, () => newestSweep() !== last || undefined);
  }
  expectOk(await desk.client('sweep')); // another one, none of whose parts failed
  expect(logged().filter(({ messageId }) => ids.includes(messageId ?? ''))).toEqual([]);
  expect(await history()).toEqual(before);
});

/** When the newest sweep was: the local cloud keeps what is written to its Firestore in lines, the newest last. */
function newestSweep(): string | undefined {
  const commits = readFileSync(join(desk.home, 'firestore/commits.jsonl'), 'utf8');
  const at = commits.lastIndexOf('/sweeps/last"');
  return /"at":\{"stringValue":"([^"]+)"/.exec(at < 0 ? '' : commits.slice(at))?.[1];
}

function expectEachLoggedOnce(ids: readonly string[], message: string): void {
  const lines = logged().filter(({ messageId }) => ids.includes(messageId ?? ''));
  expect(lines.map((line) => line.message)).toEqual(ids.map(() => message));
  for (const { cause = '' } of lines) expect(cause.length).toBeLessThan(1000);
}
