import { applyEntry, dropExpired, emptyState, entriesOf, type Entry } from '../../../../deploy/local/pubsub/state';

const fold = (entries: Iterable<Entry>) => {
  const state = emptyState();
  for (const entry of entries) applyEntry(state, entry);
  return state;
};

const settings = (name: string) => ({
  name,
  topic: 't',
  endpoint: 'http://functions/f',
  ...{
    ackDeadlineSeconds: 10,
    minimumBackoffSeconds: 1,
    maximumBackoffSeconds: 2,
  },
});
const message = (id: string) => ({ id, topic: 't', data64: 'eA==', attributes: { a: id }, publishedAtMs: 5 });

const HISTORY: Entry[] = [
  { kind: 'topic', name: 't' },
  { kind: 'subscription', settings: settings('one') },
  { kind: 'subscription', settings: settings('two') },
  { kind: 'message', message: message('9'), subscriptions: ['two'] },
  { kind: 'message', message: message('10'), subscriptions: ['one', 'two'] },
  { kind: 'message', message: message('11'), subscriptions: ['one', 'two'] },
  { kind: 'message', message: message('12'), subscriptions: ['one'] },
  { kind: 'tried', subscription: 'two', id: '10', attempts: 3 },
  { kind: 'done', subscription: 'one', id: '10' },
  { kind: 'done', subscription: 'one', id: '12' },
];

test('compaction keeps undelivered messages, their counts, and the next id', () => {
  const state = fold(HISTORY);
  expect(state.nextId).toBe(13);
  expect([...(state.subscriptions.get('two')?.pending.values() ?? [])].map(({ attempts }) => attempts)).toEqual([
    0, 3, 0,
  ]);

  const compacted = [...entriesOf(state)];
  expect(fold(compacted)).toEqual(state);
  expect(compacted.filter(({ kind }) => kind === 'message')).toHaveLength(3);
  const order = (name: string) => [...(fold(compacted).subscriptions.get(name)?.pending.keys() ?? [])];
  expect([order('one'), order('two')]).toEqual([['11'], ['9', '10', '11']]);
});

test('an entry about a message or subscription that is gone changes nothing', () => {
  const state = fold(HISTORY);
  applyEntry(state, { kind: 'done', subscription: 'none', id: '10' });
  applyEntry(state, { kind: 'tried', subscription: 'one', id: '10', attempts: 1 });
  expect(state).toEqual(fold(HISTORY));
});

test('dead letters are kept for a month, messages without a limit for ever', () => {
  const DAY_MS = 86_400_000;
  const state = fold([
    { kind: 'subscription', settings: { ...settings('dead'), endpoint: undefined, retentionSeconds: 31 * 86_400 } },
    { kind: 'subscription', settings: settings('requests') },
    { kind: 'message', message: { ...message('1'), publishedAtMs: 0 }, subscriptions: ['dead', 'requests'] },
    { kind: 'message', message: { ...message('2'), publishedAtMs: DAY_MS }, subscriptions: ['dead', 'requests'] },
  ]);
  const kept = () => [...state.subscriptions.values()].map(({ pending }) => [...pending.keys()].join(' '));
  dropExpired(state, 31 * DAY_MS);
  expect(kept()).toEqual(['1 2', '1 2']);
  dropExpired(state, 31 * DAY_MS + 1);
  expect(kept()).toEqual(['2', '1 2']);
  expect([...entriesOf(state)].filter(({ kind }) => kind === 'message')).toEqual([
    expect.objectContaining({ subscriptions: ['requests'] }),
    expect.objectContaining({ subscriptions: ['dead', 'requests'] }),
  ]);
});
