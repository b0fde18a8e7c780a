// The image or snapshot of a boot disk, in each spelling that people use.
import { parseImage, parseSnapshot } from '@mymlops/protocol';

const V1 = 'https://www.googleapis.com/compute/v1/';

test.each([
  ['a name', 'mine', { path: 'global/images/mine' }],
  ['a name after its collection', 'images/mine', { path: 'global/images/mine' }],
  ['a path of the own project', 'global/images/mine', { path: 'global/images/mine' }],
  ['a family', 'family/f', { path: 'global/images/family/f' }],
  ['a path', 'projects/p-1/global/images/mine', { project: 'p-1', path: 'global/images/mine' }],
  ['a path to a family', 'projects/p/global/images/family/f', { project: 'p', path: 'global/images/family/f' }],
  [
    'a project of a domain',
    'projects/example.com:p/global/images/x',
    { project: 'example.com:p', path: 'global/images/x' },
  ],
  ['an address', `${V1}projects/p/global/images/x`, { project: 'p', path: 'global/images/x' }],
  [
    'the other address',
    'https://compute.googleapis.com/compute/v1/projects/p/global/images/x',
    { project: 'p', path: 'global/images/x' },
  ],
])('an image: %s', (_what, text, source) => {
  expect(parseImage(text)).toEqual(source);
});

test.each([
  ['a name', 'base', { path: 'global/snapshots/base' }],
  ['a path of the own project', 'global/snapshots/base', { path: 'global/snapshots/base' }],
  ['a path', 'projects/p/global/snapshots/base', { project: 'p', path: 'global/snapshots/base' }],
])('a snapshot: %s', (_what, text, source) => {
  expect(parseSnapshot(text)).toEqual(source);
});

test.each([
  [''],
  ['a b'],
  ['Upper'],
  ['1st'],
  ['ends-'],
  ['a'.repeat(64)],
  ['projects/p/zones/z/images/x'],
  ['projects/p/global/images/../../../x'],
  ['projects/p/global/images/family/f?x=1'],
  ['Projects/p/global/images/x'],
  ['projects//global/images/x'],
  [`${V1}global/images/x`],
  ['http://www.googleapis.com/compute/v1/projects/p/global/images/x'],
  ['mine\n'],
])('%j is neither', (text) => {
  expect([parseImage(text), parseSnapshot(text)]).toEqual([null, null]);
});

test('the collection of the other is refused, and a snapshot has no family', () => {
  expect(parseImage('global/snapshots/x')).toBeNull();
  expect(parseSnapshot('global/images/x')).toBeNull();
  expect(parseSnapshot('family/x')).toBeNull();
});
