import type { Metrics } from '@mymlops/protocol';
import { readMetrics } from '../../../functions/src/engine/run/metrics';

const BROKEN: Metrics = { values: [], unread: 'broken' };

/** The metrics in `text`, as `name=value`, followed by the spelling if it differs. */
const read = (text: string): string[] =>
  readMetrics(text).values.map(
    ({ name, value, spelling }) => `${name}=${JSON.stringify(value)}${spelling === undefined ? '' : ` ${spelling}`}`,
  );

describe('values', () => {
  test.each<[string, string, string[]]>([
    ['as Python writes them', '{"accuracy": 0.992, "epochs": 12}', ['accuracy=0.992', 'epochs=12']],
    ['a float that is whole', '{"a": 1.0, "b": -0.0}', ['a=1 1.0', 'b=0 -0.0']],
    ['an exponent', '{"lr": 1e-05, "big": 1e+22}', ['lr=0.00001 1e-05', 'big=1e+22']],
    ['all digits', '{"a": 0.30000000000000004}', ['a=0.30000000000000004']],
    ['an integer beyond doubles', '{"a": 12345678901234567890}', ['a=12345678901234567000 12345678901234567890']],
    [
      'no numbers of JSON',
      '{"a": NaN, "b": Infinity, "c": -Infinity}',
      ['a=null NaN', 'b=null Infinity', 'c=null -Infinity'],
    ],
    ['beyond all doubles', '{"a": 1e400}', ['a=null 1e400']],
    [
      'texts that look like numbers',
      '{"a": "NaN", "b": "#1.0", "c": "1.0", "=": "="}',
      ['a="NaN"', 'b="#1.0"', 'c="1.0"', '=="="'],
    ],
    ['quotes and backslashes', String.raw`{"a\"1": "x\\\"2 NaN", "b": 3}`, [String.raw`a"1="x\\\"2 NaN"`, 'b=3']],
    ['truth and None', '{"a": true, "b": false, "c": null}', ['a=true', 'b=false', 'c=null']],
    ['one level of nesting', '{"test": {"f1": 0.5, "n": 3}, "a": 1}', ['test.f1=0.5', 'test.n=3', 'a=1']],
    ['the order of the file, of numbers too', '{"b": 1, "10": 2, "9": 3}', ['b=1', '10=2', '9=3']],
    [
      'names that mean something elsewhere',
      '{"__proto__": 1, "constructor": {"__proto__": 2}}',
      ['__proto__=1', 'constructor.__proto__=2'],
    ],
    ['an empty name', '{"": 1}', ['=1']],
    ['the later of two equal names', '{"a": 1, "a": 2}', ['a=2']],
    ['other letters', '{"精度": 0.9, "\\u00e9": 1}', ['精度=0.9', 'é=1']],
    ['behind a byte order mark', '\ufeff{"a": 1}', ['a=1']],
    ['none', '{}', []],
  ])('%s', (_what, text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(readMetrics(text).leftOut).toBeUndefined();
  });
});

describe('what is left out is counted', () => {
  test.each<[string, string, string[], number]>([
    ['lists', '{"a": 1, "history": [1, 2], "more": []}', ['a=1'], 2],
    ['deeper nesting', '{"a": {"b": {"c": 1, "d": 2}, "e": 3}}', ['a.e=3'], 1],
    [
      'what is too many',
      JSON.stringify(Object.fromEntries(Array.from({ length: 53 }, (_, index) => [`m${index}`, index]))),
      Array.from({ length: 50 }, (_, index) => `m${index}=${index}`),
      3,
    ],
  ])('%s', (_what, text, expected, leftOut) => {
    expect(read(text)).toEqual(expected);
    expect(readMetrics(text).leftOut).toBe(leftOut);
  });
});

describe('what is no JSON object', () => {
  test.each([
    ['empty', ''],
    ['blank', ' \n'],
    ['cut off', '{"a": 1'],
    ['cut off in a text', '{"a": "'],
    ['a list', '[{"a": 1}]'],
    ['a number', '0.5'],
    ['NaN alone', 'NaN'],
    ['null', 'null'],
    ['a text', '"{}"'],
    ["Python's own way to write", "{'a': 1}"],
    ['words of Python', '{"a": True}'],
    ['a notebook page', '<html></html>'],
    ['bytes', '\ufffd\u0000\ufffd'],
    ['ever deeper', '['.repeat(60_000)],
    ['deep, and whole', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('%s', (_what, text) => {
    expect(readMetrics(text)).toEqual(BROKEN);
  });
});

describe('a hostile file', () => {
  const largest = (letter: string): string =>
    JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`${index}${letter.repeat(500)}`, letter.repeat(500)]),
      ),
    );

  test.each(['x', '精', '🎉', '\u0000'])('takes little room in a document: %j', (letter) => {
    expect(Buffer.byteLength(JSON.stringify(readMetrics(largest(letter))))).toBeLessThan(70_000);
  });

  test('a cut takes no half of a character, and halves that it had before are replaced', () => {
    const [cut, half] = readMetrics(`{"${'x'.repeat(96)}🎉🎉🎉": 1, "a": "\\ud83c"}`).values;
    expect(cut?.name).toBe(`${'x'.repeat(96)}...`);
    expect(half?.value).toBe('\ufffd');
  });

  test('a number of a thousand digits is not kept in full', () => {
    expect(readMetrics(`{"a": ${'1'.repeat(300)}, "b": ${'1'.repeat(1000)}}`).values).toEqual([
      { name: 'a', value: Number('1'.repeat(300)) },
      { name: 'b', value: null, spelling: 'Infinity' },
    ]);
  });

  test('an object within an object takes no room', () => {
    expect(readMetrics(`{"a": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`)).toEqual({ values: [], leftOut: 1 });
  });
});
