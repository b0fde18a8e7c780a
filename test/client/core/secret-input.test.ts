// Secrets from a pipe, and from a terminal that shows none of what is typed.
import { PassThrough } from 'node:stream';
import { readSecretInput } from '../../../client/src/core/secret-input';
import type { Process } from '../../../client/src/core/process';

const KEYS = { enter: '\r', ctrlC: '\u0003', ctrlD: '\u0004', backspace: '\u007f' };

function terminal() {
  const stdin = new PassThrough();
  const modes: boolean[] = [];
  const setRawMode = (mode: boolean): void => void modes.push(mode);
  const interruption = new AbortController();
  let shown = '';
  const read = readSecretInput(
    {
      stdin: Object.assign(stdin, { isTTY: true, setRawMode }) as unknown as Process['stdin'],
      write: (text) => void (shown += text),
      interrupt: () => interruption.abort(),
      interrupted: interruption.signal,
    },
    'Value: ',
  );
  return { stdin, modes, read, shown: () => shown };
}

test.each([
  ['a line', `s3cret${KEYS.enter}`, 's3cret'],
  ['a paste without its line break', 's3cret\n', 's3cret'],
  ['a key typed wrongly', `sx${KEYS.backspace}3${KEYS.enter}`, 's3'],
  ['a character of several bytes, erased', `aé${KEYS.backspace}b${KEYS.enter}`, 'ab'],
  ['nothing to erase', `${KEYS.backspace}a${KEYS.enter}`, 'a'],
  ['Ctrl-D at the end', `s3cret${KEYS.ctrlD}`, 's3cret'],
  ['Ctrl-C', `s3cret${KEYS.ctrlC}`, ''],
])('%s: the terminal shows nothing of it, and is as before', async (_what, typed, value) => {
  const { stdin, modes, read, shown } = terminal();
  stdin.write(typed);
  expect((await read).toString()).toBe(value);
  expect(shown()).toBe('Value: \n');
  expect(modes).toEqual([true, false]);
});

test.each([
  ['in one piece', ['-----BEGIN\rsecond\rthird\r']],
  ['in pieces', ['-----BEGIN\r', 'second\rthi', 'rd']],
  ['with an empty line', ['first\r\r', 'third']],
])('a value of several lines, pasted %s, was stored without them, and the shell got them', async (_how, pieces) => {
  const { stdin, modes, read, shown } = terminal();
  for (const piece of pieces) stdin.write(piece);
  await expect(read).rejects.toThrow(/^The value has several lines.*--from-file FILE\.$/);
  expect(shown()).toBe('Value: \n');
  expect(modes).toEqual([true, false]);
});

test('a terminal that is closed ends the line', async () => {
  const { stdin, read } = terminal();
  stdin.end('part');
  expect((await read).toString()).toBe('part');
});

test.each([
  ['value\n', 'value'],
  ['value\r\n\n', 'value'],
  ['two\nlines\n', 'two\nlines'],
  ['', ''],
])('a pipe with %j gives %j, and shows no prompt', async (input, value) => {
  const stdin = new PassThrough();
  stdin.end(input);
  let shown = '';
  const signal = new AbortController().signal;
  const options = { stdin: stdin as unknown as Process['stdin'], interrupt: () => undefined, interrupted: signal };
  const read = readSecretInput({ ...options, write: (text) => void (shown += text) }, 'Value: ');
  expect((await read).toString()).toBe(value);
  expect(shown).toBe('');
});
