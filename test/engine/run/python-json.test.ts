// JSON as Python writes it.
import { parsePythonJson, parseSpelled } from '../../../functions/src/engine/run/python-json';

describe('values', () => {
  test.each<[string, unknown]>([
    ['{"a": [1, "x", null, true]}', { a: [1, 'x', null, true] }],
    ['NaN', null],
    ['Infinity', null],
    ['-Infinity', null],
    ['[NaN,NaN,-Infinity]', [null, null, null]],
    ['\ufeff{"a": NaN}', { a: null }],
    ['{"NaN": "NaN", "a": NaN}', { NaN: 'NaN', a: null }],
    ['{"a": "\\" NaN", "b": NaN}', { a: '" NaN', b: null }],
    ['{"a": "\\\\", "b": NaN, "c": "NaN"}', { a: '\\', b: null, c: 'NaN' }],
    ['{"a": "\\\\\\"NaN", "b": NaN}', { a: '\\"NaN', b: null }],
    ['["", NaN]', ['', null]],
    ['{"a": "x\ufeff"}', { a: 'x\ufeff' }],
  ])('%j', (text, value) => expect(parsePythonJson(text)).toEqual(value));
});

describe('what Python cannot read either', () => {
  test.each([
    '',
    '{',
    'nan',
    'NaNs',
    'xNaN',
    '--Infinity',
    '{"a": NaN',
    '{"a": "NaN',
    '"\\"',
    'NaN NaN',
    '\ufeff\ufeff1',
    "{'a': NaN}",
  ])('%j', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
    expect(() => parseSpelled(text)).toThrow(SyntaxError);
  });

  test('the message is about the text as it stands', () => {
    expect(() => parsePythonJson('{x')).toThrow(/x/);
  });
});

describe('numbers as they are written', () => {
  test.each<[string, unknown]>([
    ['1.0', '#1.0'],
    ['-0', '#-0'],
    ['1e-05', '#1e-05'],
    ['1E+22', '#1E+22'],
    ['12345678901234567890', '#12345678901234567890'],
    ['[NaN, -Infinity, Infinity]', ['#NaN', '#-Infinity', '#Infinity']],
    ['"x"', '=x'],
    ['""', '='],
    ['"#1.0"', '=#1.0'],
    ['"a\\"1"', '=a"1'],
    ['"\\\\"', '=\\'],
    ['[true, false, null]', [true, false, null]],
    ['{"a": 1, "2": "3"}', { '=a': '#1', '=2': '=3' }],
    ['\ufeff[1]', ['#1']],
  ])('%j', (text, value) => expect(parseSpelled(text)).toEqual(value));

  test('keys keep the order of the file', () => {
    expect(Object.keys(parseSpelled('{"b": 1, "10": 2, "9": 3}') as object)).toEqual(['=b', '=10', '=9']);
  });
});
