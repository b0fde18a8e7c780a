// How many files are in memory at a time.
import * as fc from 'fast-check';
import { inPortions } from '../../../client/src/snapshot/batches';

const portionsOf = (sizes: number[]): number[][] => [...inPortions(sizes, (size) => size, { items: 3, bytes: 10 })];

test.each<[number[], number[][]]>([
  [[], []],
  [
    [1, 1, 1, 1],
    [[1, 1, 1], [1]],
  ],
  [
    [5, 5, 5],
    [[5, 5], [5]],
  ],
  [
    [9, 2],
    [[9], [2]],
  ],
  [
    [1, 11, 1],
    [[1], [11], [1]],
  ],
  [
    [1, Infinity, Infinity, 1],
    [[1], [Infinity], [Infinity], [1]],
  ],
])('%j: %j', (sizes, portions) => {
  expect(portionsOf(sizes)).toEqual(portions);
});

test('everything comes once, in its order, and no portion is over a limit', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(15)), (sizes) => {
      const portions = portionsOf(sizes);
      expect(portions.flat()).toEqual(sizes);
      for (const portion of portions) {
        const bytes = portion.reduce((sum, size) => sum + size, 0);
        expect(portion.length === 1 || (portion.length <= 3 && bytes <= 10)).toBe(true);
      }
    }),
  );
});
