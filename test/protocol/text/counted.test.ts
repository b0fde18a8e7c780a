import { counted } from '@mymlops/protocol';

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
])('%d', (count, text) => expect(counted(count, 'file')).toBe(text));

test('a plural that is not made with an s', () => {
  expect(counted(1, 'match', 'matches')).toBe('1 match');
  expect(counted(3, 'match', 'matches')).toBe('3 matches');
});
