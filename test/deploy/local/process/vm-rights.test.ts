// What a VM of the local cloud may write and publish.
import { attemptPrefix, namesOf, sourceObject } from '@mymlops/protocol';
import { vmRightsOf } from '../../../../deploy/local/process/vm-rights';

const { objectPrefixes, topics } = vmRightsOf(namesOf('local', 'team'));

test('its own objects, and no snapshot', () => {
  const mayWrite = (object: string): boolean => objectPrefixes.some((prefix) => object.startsWith(prefix));
  expect(mayWrite(`${attemptPrefix('20261121-100000-abcd', 1)}claim`)).toBe(true);
  expect(mayWrite(sourceObject('abc'))).toBe(false);
});

test('reports, and no requests', () => {
  expect(topics).toEqual(['team-events']);
});
