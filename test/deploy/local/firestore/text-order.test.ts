// The order of text and of paths.
import fc from 'fast-check';
import { comparePaths, compareText } from '../../../../deploy/local/firestore/text-order';

test('texts are in the order of their UTF-8 bytes', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '\u0000', 'é', '\ud7ff', '\ue000', '\uffee', '😀', '😁', '𐀀'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a/b', 'a!/b', -1],
  ['a/b', 'a/b', 0],
  ['a/b/c', 'a/b', 1],
])('path %s against %s: %i', (left, right, sign) => {
  expect(Math.sign(comparePaths(left, right))).toBe(sign);
});
