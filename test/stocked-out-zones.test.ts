// A stock-out is a hint that holds for five minutes, for that machine type in that zone.
import { createStockedOutZones } from '../functions/src/stocked-out-zones';

const REMEMBERED_MS = 5 * 60_000;

test('a stocked-out zone is remembered for five minutes, and then forgotten', () => {
  const zones = createStockedOutZones();
  expect(zones.has('a', 't4', 1000)).toBe(false);
  zones.add('a', 't4', 1000);
  expect(zones.has('a', 't4', 1000)).toBe(true);
  expect(zones.has('a', 't4', 1000 + REMEMBERED_MS - 1)).toBe(true);
  expect(zones.has('a', 't4', 1000 + REMEMBERED_MS)).toBe(false);
});

test('it says nothing about another machine type there, nor about another zone', () => {
  const zones = createStockedOutZones();
  zones.add('a', 't4', 0);
  expect([zones.has('a', 'e2', 1), zones.has('b', 't4', 1)]).toEqual([false, false]);
});

test('one that is stocked out again is remembered from then on; what is added elsewhere forgets nothing that still holds', () => {
  const zones = createStockedOutZones();
  zones.add('a', 't4', 0);
  zones.add('a', 't4', REMEMBERED_MS - 1);
  zones.add('b', 't4', REMEMBERED_MS + 1);
  expect(zones.has('a', 't4', 2 * REMEMBERED_MS - 2)).toBe(true);
  expect(zones.has('b', 't4', 2 * REMEMBERED_MS)).toBe(true);
  expect(zones.has('a', 't4', 2 * REMEMBERED_MS - 1)).toBe(false);
});
