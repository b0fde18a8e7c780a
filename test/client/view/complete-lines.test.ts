// `logs -f` prints what is complete, also of a progress bar that sends no line feed.
import { completeLength } from '../../../client/src/view/complete-lines';

test.each([
  ['', 0],
  ['half', 0],
  ['one\ntwo', 4],
  ['one\ntwo\n', 8],
  ['\r 10 %\r 20 %', 7],
  ['done\n\r 10 %\r 20 %\r', 12],
  ['one\r', 0],
  ['one\r\n', 5],
])('%j: %d bytes', (text, length) => {
  expect(completeLength(Buffer.from(text))).toBe(length);
});
