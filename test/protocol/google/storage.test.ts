// What client and functions share of Cloud Storage, without Cloud Storage: its refusals, and lists in pages.
import type { Bucket } from '@google-cloud/storage';
import { DeadlineError, objectPages, ONLY_NEW, unlessAbsent, unlessExists, withDeadline } from '@mymlops/google';

const failing = (code: unknown): Promise<never> => Promise.reject(Object.assign(new Error('refused'), { code }));

test.each([
  ['a write that is done', Promise.resolve(), true],
  ['a write where an object is already', failing(412), false],
])('%s', async (_what, write, isDone) => {
  expect(ONLY_NEW.preconditionOpts.ifGenerationMatch).toBe(0);
  expect(await unlessExists(write)).toBe(isDone);
});

test.each([
  ['an object', Promise.resolve('text'), 'text'],
  ['no object', failing(404), undefined],
])('%s', async (_what, call, result) => {
  expect(await unlessAbsent<string>(call)).toBe(result);
});

test.each([403, 404, 500, 'ECONNRESET', undefined])('a write that fails with %s fails', async (code) => {
  await expect(unlessExists(failing(code))).rejects.toThrow('refused');
});

test.each([403, 412, 500, 'ECONNRESET', undefined])('a read that fails with %s fails', async (code) => {
  await expect(unlessAbsent(failing(code))).rejects.toThrow('refused');
});

describe('a list in pages', () => {
  /** Has these pages, each of which takes its time; remembers its calls. */
  function bucketWith(pages: { names: string[]; ms?: number }[]) {
    const queries: object[] = [];
    const getFiles = async (query: { pageToken?: string }): Promise<unknown> => {
      queries.push(query);
      const number = Number(query.pageToken ?? 0);
      const { names = [], ms = 0 } = pages[number] ?? {};
      await new Promise((resolve) => setTimeout(resolve, ms));
      const following = number + 1 < pages.length ? { ...query, pageToken: String(number + 1) } : null;
      return [names.map((name) => ({ name })), following, {}];
    };
    return { queries, bucket: { getFiles } as unknown as Bucket };
  }
  const within = <T>(call: Promise<T>): Promise<T> => withDeadline('list', 1000, call);
  const query = { prefix: 'runs/', fields: ['name'] as const, pageSize: 2 };
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  async function namesIn(bucket: Bucket): Promise<string[]> {
    const names: string[] = [];
    for await (const page of objectPages(bucket, query, within)) names.push(...page.map(({ name }) => name));
    return names;
  }

  test('ends with the last page, not with one that is short or empty', async () => {
    const { bucket, queries } = bucketWith([{ names: ['a', 'b'] }, { names: ['c'] }, { names: [] }, { names: ['d'] }]);
    const names = namesIn(bucket);
    await jest.runAllTimersAsync();
    expect(await names).toEqual(['a', 'b', 'c', 'd']);
    const [first] = queries;
    expect(first).toMatchObject({ prefix: 'runs/', fields: 'items(name),nextPageToken', maxResults: 2 });
  });

  test('each page has the deadline to itself', async () => {
    const { bucket } = bucketWith([
      { names: ['a'], ms: 900 },
      { names: ['b'], ms: 900 },
    ]);
    const names = namesIn(bucket);
    await jest.runAllTimersAsync();
    expect(await names).toEqual(['a', 'b']);
  });

  test('a page that does not come fails the list', async () => {
    const { bucket } = bucketWith([{ names: ['a'] }, { names: ['b'], ms: 1100 }]);
    const failed = expect(namesIn(bucket)).rejects.toThrow(DeadlineError);
    await jest.runAllTimersAsync();
    await failed;
  });
});
