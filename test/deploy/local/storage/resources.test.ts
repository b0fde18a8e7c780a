// Partial responses: the value, the fields, what is left.
import { partial } from '../../../../deploy/local/storage/resources';

const PAGE = {
  kind: 'k',
  nextPageToken: 't',
  items: [{ name: 'a', size: '1', metadata: { x: '1', y: '2' } }, { name: 'b' }],
};

test.each<[string | null, unknown]>([
  [null, PAGE],
  ['*', PAGE],
  ['kind', { kind: 'k' }],
  ['nextPageToken,items(name)', { nextPageToken: 't', items: [{ name: 'a' }, { name: 'b' }] }],
  ['items/name', { items: [{ name: 'a' }, { name: 'b' }] }],
  ['items/metadata/x', { items: [{ metadata: { x: '1' } }, {}] }],
  ['items(name,metadata/y)', { items: [{ name: 'a', metadata: { y: '2' } }, { name: 'b' }] }],
  ['items(*)', { items: PAGE.items }],
  ['unknown', {}],
])('%s', (fields, expected) => {
  expect(partial(PAGE, fields)).toEqual(expected);
});

test.each(['', ',', 'a,', 'a(', 'a(b', 'a)', 'a/', '/a', '(a)'])('%j selects no fields', (fields) => {
  expect(() => partial(PAGE, fields)).toThrow('Invalid field selection');
});
