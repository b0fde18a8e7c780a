// How many files are in memory at a time.
import * as fc from 'fast-check';
import { inBatches } from '../../../client/src/snapshot/batches';

const portionsOf = (sizes: number[]): number[][] => [...inBatches(sizes, (size) => size, { items: 3, bytes: 10 })];

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
])('%j: %j', (sizes, batches) => {
  expect(portionsOf(sizes)).toEqual(batches);
});

test('everything comes once, in its order, and no portion is over a limit', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(15)), (sizes) => {
      const batches = portionsOf(sizes);
      expect(batches.flat()).toEqual(sizes);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, size) => sum + size, 0);
        expect(batch.length === 1 || (batch.length <= 3 && bytes <= 10)).toBe(true);
      }
    }),
  );
});
