import { cellText } from '@mymlops/protocol';

test.each([
  [{ cell: 5, executionCount: 6 }, 'cell 5 (In [6])'],
  [{ cell: 5 }, 'cell 5'],
  [{ cell: 0, executionCount: 2 }, 'the injected parameters (In [2])'],
])('%j is %s', (place, text) => {
  expect(cellText(place)).toBe(text);
});
