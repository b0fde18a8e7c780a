// Pages of lists.
import { itemsByZone, resourcePageOf, type PageItem } from '../../../../deploy/local/compute/page';

const listed = (...keys: string[]): PageItem[] =>
  keys.map((key) => ({ key, zone: key.startsWith('a') ? 'zone-a' : 'zone-b', resource: { name: key } }));
const page = (all: PageItem[], query: Record<string, string> = {}) =>
  resourcePageOf(all, new URL(`http://x/?${new URLSearchParams(query).toString()}`));
const keysOf = ({ listed: found }: { listed: PageItem[] }): string => found.map(({ key }) => key).join(' ');

test.each([
  [{}, 'a1 a2 b1'],
  [{ maxResults: '0' }, 'a1 a2 b1'],
  [{ maxResults: '2' }, 'a1 a2'],
  [{ filter: 'name != a1' }, 'a2 b1'],
  [{ filter: 'name != a1', maxResults: '1' }, 'a2'],
])('%j: %s', (query, keys) => {
  expect(keysOf(page(listed('b1', 'a2', 'a1'), query))).toBe(keys);
});

test('pages join up; the last one has no token', () => {
  const all = listed('a1', 'a2', 'b1');
  const first = page(all, { maxResults: '2' });
  const second = page(all, { maxResults: '2', pageToken: first.nextPageToken ?? '' });
  expect([keysOf(first), keysOf(second), second.nextPageToken]).toEqual(['a1 a2', 'b1', undefined]);
  expect(page(all, { maxResults: '3' }).nextPageToken).toBeUndefined();
});

test('a resource that disappears between two pages hides no other', () => {
  const { nextPageToken = '' } = page(listed('a1', 'a2', 'b1'), { maxResults: '2' });
  expect(keysOf(page(listed('a1', 'b1'), { pageToken: nextPageToken }))).toBe('b1');
});

test.each<Record<string, string>>([
  { maxResults: '501' },
  { maxResults: '-1' },
  { maxResults: '1.5' },
  { maxResults: 'x' },
  { pageToken: 'x' },
  { orderBy: 'name' },
  { filter: 'x' },
])('%j is refused', (query) => {
  expect(() => page([], query)).toThrow("Invalid value for field '");
});

test('an aggregated list has every zone, with a warning where it has nothing', () => {
  const items = itemsByZone(page(listed('a1')), ['zone-a', 'zone-b'], { collection: 'instances', down: [] });
  expect(items).toEqual({
    'zones/zone-a': { instances: [{ name: 'a1' }] },
    'zones/zone-b': { warning: expect.objectContaining({ code: 'NO_RESULTS_ON_PAGE' }) },
  });
});
