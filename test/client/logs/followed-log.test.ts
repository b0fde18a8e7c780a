// `logs -f`, look after look at a log that grows.
import { Readable } from 'node:stream';
import { progressPrefix, resultsPrefix, type RunDocument } from '@mymlops/protocol';
import { createLogTail } from '../../../client/src/logs/followed-log';
import { testContext } from '../context';

const RUN = '20260101-000000-aaaa';
const signal = new AbortController().signal;

const attempts = (count: number): RunDocument =>
  ({
    ...{ v: 1, status: 'running', message: '', live: true },
    attempts: Object.fromEntries(Array.from({ length: count }, (_, index) => [index + 1, {}])),
  }) as RunDocument;

const ended = (count: number): RunDocument => ({
  ...attempts(count),
  end: { status: 'failed', message: '', attempt: count, at: '2026-01-01T00:00:00Z' },
});

/** The content of both buckets, in pieces of so many bytes; the reading of it breaks off after `breaksAfter` pieces. */
function logsIn(pieceBytes = 1000) {
  const logs = new Map<string, Buffer>();
  const state = { generation: 0, breaksAfter: Infinity, starts: [] as number[] };
  function* piecesFrom(content: Buffer, start: number): Generator<Buffer> {
    for (let [at, count] = [start, 0]; at < content.length; at += pieceBytes) {
      if (count++ === state.breaksAfter) throw new Error('the connection broke');
      yield content.subarray(at, at + pieceBytes);
    }
  }
  const bucket = {
    stat: (name: string) => {
      const size = logs.get(name)?.length;
      return Promise.resolve(size === undefined ? null : { name, size, generation: String(state.generation) });
    },
    stream: (name: string, { start = 0 }) => {
      state.starts.push(start);
      const content = logs.get(name);
      return Promise.resolve(content ? Readable.from(piecesFrom(content, start)) : null);
    },
  };
  return {
    state,
    buckets: { results: bucket, live: bucket },
    save(text: string | Buffer, attempt = 1, prefix = progressPrefix) {
      state.generation++;
      logs.set(`${prefix(RUN, attempt)}log.txt`, Buffer.from(text));
    },
  };
}

test('each look prints what is new, in whole lines; the rest at the end', async () => {
  const { buckets, save, state } = logsIn();
  const context = testContext();
  const tail = createLogTail(context, RUN);
  const printed: string[] = [];
  for (const log of ['', 'one\ntw', 'one\ntwo\n', 'one\ntwo\n 10 %\r 20 %', 'one\ntwo\n 10 %\r 20 %\rth\u001b[1mr']) {
    save(log);
    await tail.printNew(attempts(1), buckets, signal);
    await tail.printNew(attempts(1), buckets, signal); // nothing new
    printed.push(context.printed());
  }
  tail.printRest();
  expect(printed).toEqual(['', 'one\n', 'one\ntwo\n', 'one\ntwo\n 10 %\n', 'one\ntwo\n 10 %\n 20 %\n']);
  expect(context.printed()).toBe('one\ntwo\n 10 %\n 20 %\nth\u001b[1mr');
  expect(state.starts).toEqual([0, 6, 8, 19]);
});

test.each([1, 7, 64])('a large growth in pieces of %d bytes', async (pieceBytes) => {
  const { buckets, save } = logsIn(pieceBytes);
  const context = testContext();
  const tail = createLogTail(context, RUN);
  const log = 'ä日🎉 \u001b[31mred\u001b[0m\r\n'.repeat(20);
  save(log.slice(0, 11));
  await tail.printNew(attempts(1), buckets, signal);
  save(log);
  await tail.printNew(attempts(1), buckets, signal);
  tail.printRest();
  expect(context.printed()).toBe(log.replaceAll('\r\n', '\n'));
});

test('a connection that breaks amid a growth: the next look goes on behind what was printed', async () => {
  const { buckets, save, state } = logsIn(10);
  const context = testContext();
  const tail = createLogTail(context, RUN);
  save('line one\nline two\nline three\nline four\n');
  state.breaksAfter = 2;
  await expect(tail.printNew(attempts(1), buckets, signal)).rejects.toThrow('broke');
  state.breaksAfter = Infinity;
  await tail.printNew(attempts(1), buckets, signal);
  expect(context.printed()).toBe('line one\nline two\nline three\nline four\n');
  expect(state.starts).toEqual([0, 20]);
});

test('a line without an end was held until the end of the run', async () => {
  const { buckets, save } = logsIn(50_000);
  const context = testContext();
  const tail = createLogTail(context, RUN);
  save('x'.repeat(1_000_000));
  await tail.printNew(attempts(1), buckets, signal);
  expect(context.printed().length).toBeGreaterThan(900_000);
  tail.printRest();
  expect(context.printed()).toBe('x'.repeat(1_000_000));
});

test('the last line of an attempt that was lost was not printed where it had no end', async () => {
  const { buckets, save } = logsIn();
  const context = testContext();
  const tail = createLogTail(context, RUN);
  save('one\ntw');
  await tail.printNew(attempts(1), buckets, signal);
  save('again\n', 2);
  await tail.printNew(attempts(2), buckets, signal);
  expect({ printed: context.printed(), said: context.said }).toEqual({
    printed: 'one\ntw\nagain\n',
    said: ['(attempt 2)'],
  });
});

test('after the end the final log goes on where the one so far stopped', async () => {
  const { buckets, save, state } = logsIn();
  const context = testContext();
  const tail = createLogTail(context, RUN);
  save('one\ntwo\n');
  await tail.printNew(attempts(1), buckets, signal);
  save('one\ntwo\nthree\n', 1, resultsPrefix);
  state.generation--; // each bucket counts for itself
  await tail.printNew(ended(1), buckets, signal);
  expect(context.printed()).toBe('one\ntwo\nthree\n');
  expect(state.starts).toEqual([0, 8]);
});

test.each([
  ['has ended before its log was ever saved', undefined, 'all\n', 'all\n'],
  ['was lost', 'so far\n', undefined, 'so far\n'],
])('a run that %s', async (_what, soFar, final, printed) => {
  const { buckets, save } = logsIn();
  if (soFar !== undefined) save(soFar);
  if (final !== undefined) save(final, 1, resultsPrefix);
  const context = testContext();
  await createLogTail(context, RUN).printNew(ended(1), buckets, signal);
  expect(context.printed()).toBe(printed);
});
