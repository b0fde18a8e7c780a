// .env, spelling by spelling: read as Node.js and the package dotenv do if they agree; any other line gets a warning.
import * as util from 'node:util';
import { parseDotenv } from '../../../client/src/config/dotenv';

const BOTH: readonly (readonly [text: string, values: Record<string, string>])[] = [
  ['', {}],
  ['# a comment\n\nA=1', { A: '1' }],
  ['A=', { A: '' }],
  ['A=""', { A: '' }],
  ['A= b ', { A: 'b' }],
  ['A = b', { A: 'b' }],
  ['  A=1', { A: '1' }],
  ['export A=1', { A: '1' }],
  ['A=1\nA=2', { A: '2' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['A=#leading', { A: '' }],
  ['A=a #b', { A: 'a' }],
  ['A="x"#note', { A: 'x' }],
  ["A='x'#note", { A: 'x' }],
  ['A="x" # note', { A: 'x' }],
  ['A="#x"', { A: '#x' }],
  ["A='#x'", { A: '#x' }],
  ['A=`a\'"b`', { A: 'a\'"b' }],
  ['A="a\'b"', { A: "a'b" }],
  ["A='a\"b'", { A: 'a"b' }],
  ['A=x"y"', { A: 'x"y"' }],
  ['A="a\\nb"', { A: 'a\nb' }],
  ["A='a\\nb'", { A: 'a\\nb' }],
  ['A=a\\nb', { A: 'a\\nb' }],
  ['A="a\\tb"', { A: 'a\\tb' }],
  ['A="a\\\\b"', { A: 'a\\\\b' }],
  ['A="a\\$b"', { A: 'a\\$b' }],
  ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
  ["A='one\r\ntwo'\r\nB=3", { A: 'one\ntwo', B: '3' }],
  ['A="a=b\nC=d"\nE=1', { A: 'a=b\nC=d', E: '1' }],
  ['A=a=b', { A: 'a=b' }],
  ['A=$B', { A: '$B' }],
  ['A=x;B=2', { A: 'x;B=2' }],
  ['A=a\u2028b', { A: 'a\u2028b' }],
  ['A="a\u2028b"', { A: 'a\u2028b' }],
  ['A=日本 😀', { A: '日本 😀' }],
  ['A.B=1\nA-B=2', { 'A.B': '1', 'A-B': '2' }],
];

test.each(BOTH)('%j', (text, values) => {
  expect(parseDotenv(text)).toEqual({ values, warnings: [] });
});

// From Node.js 20.12 on.
const { parseEnv } = util as { parseEnv?: (text: string) => Record<string, string> };
(parseEnv ? test : test.skip)("each of these is what Node.js's own reader makes of it", () => {
  for (const [text, values] of BOTH) expect({ text, ...parseEnv?.(text) }).toEqual({ text, ...values });
});

const QUOTES =
  'cannot be read: its quotes do not match. Use another kind of quote around a value that contains a quote';
const NO_LINE = 'cannot be read: it is not of the form NAME=value';

test.each([
  ["A='it\\'s'", QUOTES],
  ['A="say "hi""', QUOTES],
  ['A="a\\"b"', QUOTES],
  ['A="a""b"', QUOTES],
  ['A="x"y', QUOTES],
  ['A="open', QUOTES],
  ['A="a#b', QUOTES],
  ['A="C:\\"', 'cannot be read: a backslash before the closing quote'],
  ['A="a\\rb"', 'cannot be read: \\r in double quotes, which not every program reads as a carriage return'],
  ['A: 1', NO_LINE],
  ['=x', NO_LINE],
  ['export A', NO_LINE],
  ['declare A=1', NO_LINE],
  ['source other.env', NO_LINE],
])('%s was taken for something else without a word', (line, message) => {
  // The lines before and after it are read nevertheless; an older value is not taken for the newer one.
  const text = `# first\nB="2\n2"\nA=old\n${line}\nC=3\n`;
  const { values, warnings } = parseDotenv(text);
  expect(warnings).toEqual([{ line: 5, message }]);
  expect(values).toEqual({ B: '2\n2', C: '3', ...(message === NO_LINE && { A: 'old' }) });
});

test('a value that both readers end at a # within a word gets a warning: shells and Python read it whole', () => {
  expect(parseDotenv('A=1\nB=pass#word\n')).toEqual({
    values: { A: '1', B: 'pass' },
    warnings: [{ line: 2, message: 'the value of B ends before #. If # belongs to the value, put it in quotes' }],
  });
});
