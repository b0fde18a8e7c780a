// Pages of a listing, with prefix and delimiter.
import { listingPageOf, type PageRequest } from '../../../../deploy/local/storage/listing';

const NAMES = ['a', 'a/1', 'a/2', 'a/b/1', 'a/b/2', 'b', 'c/1'];

const list = (request: Partial<PageRequest>, names: readonly string[] = NAMES) =>
  listingPageOf(names, { prefix: '', delimiter: '', maxResults: 1000, pageToken: null, startOffset: '', ...request });

test.each<[string, Partial<PageRequest>, string[], string[]]>([
  ['all', {}, NAMES, []],
  ['a prefix', { prefix: 'a/' }, ['a/1', 'a/2', 'a/b/1', 'a/b/2'], []],
  ['folders at the top', { delimiter: '/' }, ['a', 'b'], ['a/', 'c/']],
  ['folders in a folder', { prefix: 'a/', delimiter: '/' }, ['a/1', 'a/2'], ['a/b/']],
  ['a prefix that is a name', { prefix: 'b' }, ['b'], []],
  ['nothing', { prefix: 'x' }, [], []],
  ['from a name on', { startOffset: 'a/b/1' }, ['a/b/1', 'a/b/2', 'b', 'c/1'], []],
  ['from a name on that does not exist', { prefix: 'a/', startOffset: 'a/2x' }, ['a/b/1', 'a/b/2'], []],
  ['from before the prefix on', { prefix: 'a/b', startOffset: 'a' }, ['a/b/1', 'a/b/2'], []],
])('%s', (_what, request, names, prefixes) => {
  expect(list(request)).toEqual({ names, prefixes });
});

test.each([1, 2, 3])('pages of %i join up, each name and prefix once', (maxResults) => {
  const found: string[] = [];
  let pageToken: string | null = null;
  do {
    const page = list({ delimiter: '/', maxResults, pageToken });
    found.push(...page.names, ...page.prefixes);
    pageToken = page.nextPageToken ?? null;
  } while (pageToken !== null);
  expect(found.toSorted()).toEqual(['a', 'a/', 'b', 'c/']);
});

test('a name that disappears between two pages hides no other', () => {
  const first = list({ maxResults: 2 });
  const rest = NAMES.filter((name) => name !== 'a/1');
  const second = list({ maxResults: 2, pageToken: first.nextPageToken ?? null }, rest);
  expect(second.names).toEqual(['a/2', 'a/b/1']);
});

test('other text is not a page token', () => {
  expect(() => list({ pageToken: '!' })).toThrow('not a page token');
});
