import { printable, printableLine } from '../../../client/src/view/printable';
import { table } from '../../../client/src/view/table';
import { durationText } from '../../../client/src/view/times';

test.each([
  ['clears the screen', 'a\u001b[2Jb'],
  ['sets the title', 'a\u001b]0;evil\u0007b'],
  ['sets the title, without an end', 'ab\u001b]0;evil'],
  ['pastes (DCS)', 'a\u001bPq...\u001b\\b'],
  ['resets', 'a\u001bcb'],
  ['is a C1 sequence', 'a\u009b2Jb'],
  ['is cut off', 'ab\u001b['],
  ['rings', 'a\u0007b'],
  ['turns text around', 'a\u202eb'],
  ['goes back', 'a\u0008b'],
])('text that %s is harmless', (_what, text) => {
  expect(printable(text)).toBe('ab');
  expect(printable(text, { colours: true })).toBe('ab');
});

test('a sequence without an end hid the rest of the log', () => {
  expect(printable('a\u001b]0;evil\nb\u001bPq\r\nc\u009d\nd\n', { colours: true })).toBe('a\nb\nc\nd\n');
});

test('colours stay in logs only', () => {
  expect(printable('\u001b[1;31mred\u001b[0m', { colours: true })).toBe('\u001b[1;31mred\u001b[0m');
  expect(printable('\u001b[1;31mred\u001b[0m')).toBe('red');
});

test('a progress bar becomes lines, and no line is written over', () => {
  expect(printable('1%\r2%\r\ndone\n')).toBe('1%\n2%\ndone\n');
  expect(printableLine(' a\r\nb\tc ')).toBe('a b c');
});

test('ordinary text of any language is untouched', () => {
  expect(printable('tab\tnew\nline – ünï 日本 🎉')).toBe('tab\tnew\nline – ünï 日本 🎉');
});

test('a table has columns', () => {
  expect(
    table(
      ['A', 'BB'],
      [
        ['long', 'x'],
        ['', 'y'],
      ],
    ),
  ).toBe('A     BB\nlong  x\n      y\n');
});

test.each([
  [0.4, '0 s'],
  [59, '59 s'],
  [61, '1 min 01 s'],
  [3700, '1 h 01 min'],
])('%d seconds', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
