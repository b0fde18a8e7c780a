// A stock-out is a hint that holds for five minutes, for that machine in that zone.
import { createStockouts } from '../../../functions/src/engine/vm/stocked-out-zones';

const COLD_MS = 5 * 60_000;

test('a dry zone is remembered for five minutes, and then forgotten', () => {
  const stockouts = createStockouts();
  expect(stockouts.isCold('a', 't4', 1000)).toBe(false);
  stockouts.add('a', 't4', 1000);
  expect(stockouts.isCold('a', 't4', 1000)).toBe(true);
  expect(stockouts.isCold('a', 't4', 1000 + COLD_MS - 1)).toBe(true);
  expect(stockouts.isCold('a', 't4', 1000 + COLD_MS)).toBe(false);
});

test('it says nothing of another machine there, nor of another zone', () => {
  const stockouts = createStockouts();
  stockouts.add('a', 't4', 0);
  expect([stockouts.isCold('a', 'e2', 1), stockouts.isCold('b', 't4', 1)]).toEqual([false, false]);
});

test('one that is dry again is remembered from then on; what is added elsewhere forgets nothing that still holds', () => {
  const stockouts = createStockouts();
  stockouts.add('a', 't4', 0);
  stockouts.add('a', 't4', COLD_MS - 1);
  stockouts.add('b', 't4', COLD_MS + 1);
  expect(stockouts.isCold('a', 't4', 2 * COLD_MS - 2)).toBe(true);
  expect(stockouts.isCold('b', 't4', 2 * COLD_MS)).toBe(true);
  expect(stockouts.isCold('a', 't4', 2 * COLD_MS - 1)).toBe(false);
});
