// Partial answers, in the notation of Google's `fields`.
import { askedFields, onlyFields } from '../../../../deploy/local/shared/field-mask';

const PAGE = {
  kind: 'list',
  nextPageToken: 't',
  items: {
    'zones/local-a': { instances: [{ id: '1', labels: { a: 'b' }, metadata: { items: [{ key: 'k', value: 'v' }] } }] },
    'zones/local-b': { warning: { code: 'NO_RESULTS_ON_PAGE', message: 'm' } },
  },
};

const partOf = (fields: string): unknown =>
  onlyFields(PAGE, askedFields({}, new URL(`http://h/?fields=${encodeURIComponent(fields)}`)));

test.each([
  ['nextPageToken', { nextPageToken: 't' }],
  [
    'items/*/instances(id,labels), nextPageToken',
    {
      nextPageToken: 't',
      items: { 'zones/local-a': { instances: [{ id: '1', labels: { a: 'b' } }] }, 'zones/local-b': {} },
    },
  ],
  [
    'items/*/warning(code),items/*/instances/metadata.items(key)',
    {
      items: {
        'zones/local-a': { instances: [{ metadata: { items: [{ key: 'k' }] } }] },
        'zones/local-b': { warning: { code: 'NO_RESULTS_ON_PAGE' } },
      },
    },
  ],
  ['items/*/instances(id),items,nothing', { items: PAGE.items }],
  ['', PAGE],
  ['*', PAGE],
])('%s', (fields, expected) => {
  expect(partOf(fields)).toEqual(expected);
});

test('a header asks for the same as the parameter', () => {
  const asked = askedFields({ 'x-goog-fieldmask': 'kind' }, new URL('http://h/'));
  expect(onlyFields(PAGE, asked)).toEqual({ kind: 'list' });
});

test.each(['items(', 'items)', 'a,,b', 'a b', 'items/', '/items', 'a;b'])('refuses %s', (fields) => {
  expect(() => partOf(fields)).toThrow('Invalid field selection');
});
