import { cutText } from '@mymlops/protocol';

test.each([
  ['short', 'abc', 5, 'abc'],
  ['just long enough', 'abcde', 5, 'abcde'],
  ['too long', 'abcdef', 5, 'abcde'],
  ['a pair before the cut', 'abc🎉f', 5, 'abc🎉'],
  ['a pair across the cut', 'abcd🎉', 5, 'abcd'],
  ['a pair at the end', 'abc🎉', 5, 'abc🎉'],
  ['halves that it had before', 'a\ud83cb\udf89', 5, 'a\ufffdb\ufffd'],
  ['half before the cut', 'abcd\ud83cx', 5, 'abcd\ufffd'],
  ['nothing', '', 5, ''],
])('%s', (_what, text, units, expected) => {
  expect(cutText(text, units)).toBe(expected);
});
