// Names of objects and buckets, and the order of listings.
import { checkBucketName, checkObjectName, compareNames } from '../../../../deploy/local/storage/names';

test.each(['a', '..a', 'a/../b', ' ', 'é'.repeat(512), '😀'])('%j is an object name', (name) => {
  expect(() => checkObjectName(name)).not.toThrow();
});

test.each(['', '.', '..', 'a\nb', 'a\rb', 'é'.repeat(513), '\ud83d'])('%j is not an object name', (name) => {
  expect(() => checkObjectName(name)).toThrow();
});

test.each(['abc', 'a-b_c.d', '123'])('%s is a bucket name', (name) => {
  expect(() => checkBucketName(name)).not.toThrow();
});

test.each(['', 'ab', 'Abc', '-abc', 'abc-', 'a/c', 'a'.repeat(223)])('%j is not a bucket name', (name) => {
  expect(() => checkBucketName(name)).toThrow('not a bucket name');
});

test('names are in the order of their UTF-8 bytes', () => {
  const names = ['', 'a', 'a/', 'aa', 'b', 'é', '\ud7ff', '\ue000', '\uffee', '😀', '😁'];
  const shuffled = names.toSorted((a, b) => a.length - b.length || (a < b ? 1 : -1));
  expect(shuffled.toSorted(compareNames)).toEqual(names);
  expect(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))).toEqual(names);
});
