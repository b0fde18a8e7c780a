// How papermill's log ends for an error that a cell announces: measured with 2.7.0 and IPython 9.
import { errorLines, isErrorLine, type PrintedError } from '../../../functions/src/engine/run/error-lines';

const printed = (overrides: Partial<PrintedError>): PrintedError => ({
  ename: 'ValueError',
  evalue: 'x',
  traceback: ['\u001b[31m---\u001b[39m', 'Traceback', '\u001b[31mValueError\u001b[39m: x'],
  executionCount: 1,
  ...overrides,
});
const long = 'x'.repeat(5000);

test.each<[string, Partial<PrintedError>, string]>([
  ['one line', {}, 'ValueError: x'],
  ['several lines', { evalue: 'a\nb\nc\n', traceback: ['ValueError: a\nb\nc\n'] }, 'c'],
  ['several lines, and no traceback', { evalue: 'a\nb\n \n', traceback: [] }, 'b'],
  ['a note', { traceback: ['ValueError: x\nnoted\nmore'] }, 'more'],
  ['no text', { evalue: '', traceback: ['\u001b[31mValueError\u001b[39m: '] }, 'ValueError:'],
  ['no text, by nbclient', { evalue: '', traceback: [] }, 'ValueError'],
  ['a text of a line break', { evalue: '\n', traceback: ['ValueError: \n'] }, 'ValueError:'],
  ['fewer words than the text', { evalue: 'x (a.py, line 1)' }, 'ValueError: x'],
  ['colours and control characters', { evalue: '\u001b[31mred\u001b[0m a\rb\u000bc', traceback: [] }, 'b c'],
  ['a line of colours alone', { traceback: ['ValueError: x', '\u001b[0m'] }, 'ValueError: x'],
  ['no traceback', { traceback: [] }, 'Exception encountered at "In [1]":'],
  ["a frame, as R's kernel", { ename: 'ERROR', traceback: ['Error in f(): x\nTraceback:\n', '1. f()'] }, '1. f()'],
  ['a line that the agent cut', { evalue: long, traceback: [] }, `ValueError: ${long}`.slice(0, 290)],
  ['a line that the agent kept longer', { evalue: 'x'.repeat(400), traceback: [] }, `ValueError: ${'x'.repeat(400)}`],
])('%s', (_what, error, lastLine) => {
  expect(isErrorLine(lastLine, errorLines(printed(error)))).toBe(true);
});

test.each(['', 'ValueError: no such bucket', 'ValueError', 'x', 'ValueError: x and more'])(
  '%j is another',
  (lastLine) => {
    expect(isErrorLine(lastLine, errorLines(printed({})))).toBe(false);
  },
);

test('an error of many megabytes is looked at from its end, and kept short', () => {
  const lines = errorLines(printed({ evalue: '\n'.repeat(3e7) + long, traceback: [long, long] }));
  expect(lines.every((line) => line.length <= 300)).toBe(true);
});
