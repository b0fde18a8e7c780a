// What an exit code and a command's last line say to its user.
import { exitText, plainLine } from '../../../functions/src/engine/run/exit-code-message';

const FAILED = 'The command failed';
const KILLED =
  'The command was killed, usually because it ran out of memory. Use smaller batches, or, on Google Cloud, a machine type with more memory';
const NOT_FOUND =
  'The command was not found, or called a program that is not installed; a file of the project that git ignores is not sent';
const NOT_EXECUTABLE =
  'The command is not executable: make it executable (chmod +x), and check the program that its first line names';
const CRASHED = 'The command crashed: it accessed memory that does not belong to it (segmentation fault)';
const signal = (number: number): string => `The command was ended by signal ${number}`;

test.each<[number | undefined, string | undefined, string]>([
  [undefined, undefined, `${FAILED} (exit code unknown)`],
  [undefined, 'x', `${FAILED} (exit code unknown): x`],
  [1, undefined, `${FAILED} (exit code 1)`],
  [1, '', `${FAILED} (exit code 1)`],
  [1, 'No such kernel', `${FAILED} (exit code 1): No such kernel`],
  [125, 'x', `${FAILED} (exit code 125): x`],
  [126, 'x', `${NOT_EXECUTABLE} (exit code 126): x`],
  [127, 'x', `${NOT_FOUND} (exit code 127): x`],
  [128, 'x', `${FAILED} (exit code 128): x`],
  [129, 'x', `${signal(1)} (exit code 129): x`],
  [136, 'x', `${signal(8)} (exit code 136): x`],
  // A killed command cannot report its end: its last line is about something else.
  [137, 'epoch 3', `${KILLED} (exit code 137)`],
  [139, 'x', `${CRASHED} (exit code 139): x`],
  [143, 'x', `${signal(15)} (exit code 143): x`],
  [192, 'x', `${signal(64)} (exit code 192): x`],
  [193, 'x', `${FAILED} (exit code 193): x`],
  [255, 'x', `${FAILED} (exit code 255): x`],
])('exit code %s, last line %j', (exit, lastLine, text) => {
  expect(exitText({ exit, lastLine })).toBe(text);
});

const CRLF =
  "The interpreter in the script's first line does not exist. Most often the script has Windows line endings (CRLF): save it with Unix ones (LF)";

test.each([
  'bash: ./x.sh: /bin/bash^M: bad interpreter: No such file or directory',
  'bash: ./x.sh: cannot execute: required file not found',
  "env: 'bash\\r': No such file or directory",
  'env: ‘bash\\r’: No such file or directory',
  'env: use -[v]S to pass options in shebang lines',
])('Windows line endings: %s', (lastLine) => {
  expect(exitText({ exit: 126, lastLine })).toBe(`${CRLF} (exit code 126): ${lastLine}`);
  expect(exitText({ exit: 127, lastLine })).toBe(`${CRLF} (exit code 127): ${lastLine}`);
  // Any other code is the command's own, which may print such a line.
  expect(exitText({ exit: 125, lastLine })).toBe(`${FAILED} (exit code 125): ${lastLine}`);
  expect(exitText({ exit: 1, lastLine })).toBe(`${FAILED} (exit code 1): ${lastLine}`);
});

test.each([
  ['colours', '\u001b[0;31mred\u001b[0m', 'red'],
  ['a sequence with a private mark', '\u001b[?25lx', 'x'],
  ['a sequence with what stands between', '\u001b[2 qx', 'x'],
  ['a sequence of no numbers', '\u001b[Kx', 'x'],
  ['two of them', '\u001b[1m\u001b[31mx\u001b[0m y', 'x y'],
  ['control characters', 'a\u0000b\u001fc\u007fd\u009fe', 'a b c d e'],
  ['letters beside them', ' ~\u00a0é', '~\u00a0é'],
  ['blanks around', ' \t x y \r\n', 'x y'],
  ['a character that the limit cut', 'x\ufffd', 'x'],
  ['so, after a blank', 'x \ufffd', 'x'],
  ['one in the middle', 'x\ufffdy', 'x\ufffdy'],
])('a plain line: %s', (_what, line, plain) => expect(plainLine(line)).toBe(plain));
