import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GivenParameters, readParameters } from '../../../client/src/parameters/read-parameters';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

const valuesOf = (...param: string[]) => readParameters({ param }, '/').parameters;

test.each([
  // Numbers as Python reads them, spelled so that JSON and YAML read the same.
  ['5', '5'],
  ['+5', '5'],
  ['007', '7'],
  ['1_000', '1000'],
  ['12345678901234567890', '12345678901234567890'],
  ['1.0', '1.0'],
  ['1e3', '1000.0'],
  ['1e-3', '0.001'],
  ['1e-7', '1.0e-7'],
  ['1E+30', '1.0e+30'],
  ['-0.0', '-0.0'],
  ['.5', '0.5'],
  ['5.', '5.0'],
  ['0.10', '0.10'],
  ['inf', '1.0e+999'],
  ['-Infinity', '-1.0e+999'],
  // Words of Python and of JSON.
  ['True', 'true'],
  ['true', 'true'],
  ['False', 'false'],
  ['false', 'false'],
  ['None', 'null'],
  ['null', 'null'],
  // Lists and objects.
  ['[64, 1.0,True,.5]', '[64, 1.0, true, 0.5]'],
  ['{"a": {"b": [1e3, null]}, "c": "x"}', '{"a": {"b": [1000.0, null]}, "c": "x"}'],
  ['{"a": 1, "a": 2}', '{"a": 2}'],
  ['[]', '[]'],
  ['{}', '{}'],
  // Text.
  ['"5"', '"5"'],
  ['adam', '"adam"'],
  ['a=b', '"a=b"'],
  ['', '""'],
  ['TRUE', '"TRUE"'],
  ['0x1F', '"0x1F"'],
  ['2024-01-01', '"2024-01-01"'],
  ['[a-z]+', '"[a-z]+"'],
  ['{name}.csv', '"{name}.csv"'],
])('-p x=%s is %s', (text, json) => {
  expect(valuesOf(`x=${text}`)).toEqual({ x: json });
});

test.each([
  ['x', '-p must be NAME=VALUE, not "x"'],
  ['=1', '-p must be NAME=VALUE'],
  ['a b=1', '-p "a b" is not a valid parameter name'],
  ['1st=1', 'is not a valid parameter name'],
  ['learning-rate=1', 'is not a valid parameter name'],
  ['x\n=1', 'is not a valid parameter name'],
  ['é"=1', 'is not a valid parameter name'],
  ['__proto__=1', 'is not allowed:'],
  [`${'x'.repeat(300)}=1`, '300 characters'],
  ['x=nan', 'JSON has no nan. To pass it as text: -r x=...'],
  ['x=[1, NaN]', 'JSON has no nan'],
  ['x=٣', 'another script,'],
  [`x=${'1'.repeat(5000)}`, '5000 digits, but Python reads at most 4300'],
  ['x="\\ud800"', 'half a character'],
  [`x=${'['.repeat(70)}${']'.repeat(70)}`, 'nested more than 60'],
])('-p %j is refused', (pair, sentence) => {
  expect(() => valuesOf(pair)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(sentence), exitCode: 2 }),
  );
});

test("names of JavaScript's own, other alphabets and R's dots are names like any other", () => {
  expect(valuesOf('constructor=2', 'größe=3', 'lr.max=4')).toEqual({ constructor: '2', größe: '3', 'lr.max': '4' });
});

test('a text that looks like a list, but is not one: commit says that it is a text', () => {
  const { parameters, warnings } = readParameters({ param: ["opts=['adam']", 'pattern=[a-z]+'] }, '/');
  expect(parameters).toEqual({ opts: '"[\'adam\']"', pattern: '"[a-z]+"' });
  expect(warnings).toEqual(['opts is passed as text: it looks like a list or object, but is not valid JSON.']);
});

test('-r passes text as it stands', () => {
  const raw = ['a=5', 'b=True', 'c="x"', 'd=[1]', 'e='];
  expect(readParameters({ raw }, '/').parameters).toEqual({
    a: '"5"',
    b: '"True"',
    c: '"\\"x\\""',
    d: '"[1]"',
    e: '""',
  });
});

function fromFile(text: string, name = 'p.yaml', more: GivenParameters = {}): ReturnType<typeof readParameters> {
  const folder = tempFolder();
  writeFileSync(join(folder, name), text);
  return readParameters({ paramsFile: [name], ...more }, folder);
}

test('-P reads a mapping, and the command line replaces its values', () => {
  const yaml = 'lr: 0.5\nshare: 1.0\nlayers: [64, 1.0]\nnote: yes\nname: "yes"\nnone:\nbig: 12345678901234567890\n';
  const { parameters } = fromFile(yaml, 'p.yaml', { param: ['lr=1e-3'], raw: ['none=None'] });
  expect(parameters).toEqual({
    lr: '0.001',
    share: '1.0',
    layers: '[64, 1.0]',
    note: 'true',
    name: '"yes"',
    none: '"None"',
    big: '12345678901234567890',
  });
});

test('a later file replaces the values of an earlier one', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.yaml'), 'lr: 1\nn: 2\n');
  writeFileSync(join(folder, 'b.json'), '{"lr": 1e-05}');
  expect(readParameters({ paramsFile: ['a.yaml', 'b.json'] }, folder).parameters).toEqual({ lr: '1.0e-5', n: '2' });
});

test.each([
  ['lr: 1e-3\n', 'p.yaml:1:5: 1e-3 is text in YAML 1.1: write 0.001, or "1e-3" for text.'],
  ['a: 1\nlr: None\n', 'p.yaml:2:5: None is text in YAML 1.1: write null, or "None" for text.'],
  ['x: inf\n', 'p.yaml:1:4: inf is text in YAML 1.1: write .inf, or "inf" for text.'],
  ['x: 010\n', 'p.yaml:1:4: 010 is octal in YAML 1.1 and decimal elsewhere'],
  ['x: 12:30:45\n', 'p.yaml:1:4: 12:30:45 is a base 60 number'],
  ['x: .nan\n', 'JSON has no nan'],
  ['on: 1\n', 'p.yaml:1:1: the name on is not text in YAML 1.1: write it in quotes'],
  ['x: !!float 5\n', 'p.yaml:1:4: the tag !!float is not supported: write the value without it'],
  ['x: 1\ny: !!set {a}\n', 'p.yaml:2:10: the tag !!set has no counterpart in JSON'],
  ['x: !!omap [a: 1]\n', 'the tag !!omap has no counterpart in JSON: write a plain list or mapping without it'],
  ['x: [!!pairs [a: 1]]\n', 'the tag !!pairs has no counterpart'],
  ['!!set {x}\n', 'the tag !!set has no counterpart'],
  ['- 1\n', 'p.yaml: it must be a mapping of names to values'],
  ['learning-rate: 1\n', 'p.yaml: "learning-rate" is not a valid parameter name'],
  ['x: [1\n', 'p.yaml:2:1: a bracket is not closed'],
  ['x: 1\nx: 2\n', 'this key occurs twice: remove one of them'],
  ['x: &a:b 1\n', 'the anchor &a:b must have a name of letters'],
  ['x: &a [*a]\n', 'refers to itself'],
  [`a: &a [${'x, '.repeat(99)}]\nb: &b [${'*a, '.repeat(99)}]\nc: [${'*b, '.repeat(99)}]\n`, 'the values have more'],
])('a file of %j is refused', (text, sentence) => {
  expect(() => fromFile(text)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(sentence), exitCode: 2 }),
  );
});

test.each([
  ['x: |\n  a', 'a'],
  ['x: >\n  a\n  b', 'a b'],
  ['x: |+\n  a\n\n  b', 'a\n\nb'],
  ['x: |-\n  a', 'a'],
  ['x: |\n  a\n  # no comment', 'a\n# no comment'],
  ['x: |\n  a\n', 'a\n'],
  ['x: |+\n  a\n\n', 'a\n\n'],
  ['x: |\n  a\n# c', 'a\n'],
  ['x: |\n  a\n  ', 'a\n'],
  ['x: |\n  a\n...', 'a\n'],
])('block text at the end of a file without a line break got one: %j', (text, value) => {
  expect(fromFile(text).parameters).toEqual({ x: JSON.stringify(value) });
});

test('the tags of plain lists and mappings are taken', () => {
  expect(fromFile('!!map {x: !!seq [1], y: !!map {a: 1}}').parameters).toEqual({ x: '[1]', y: '{"a": 1}' });
});

test('a JSON file that is none is refused with the place', () => {
  expect(() => fromFile('{"a": 1,\n "b": }', 'p.json')).toThrow(
    'p.json:2:7: it is not a JSON object of names and values.',
  );
  expect(() => fromFile('[1]', 'p.json')).toThrow('p.json:1:1: it is not a JSON object');
  expect(() => readParameters({ paramsFile: ['none.yaml'] }, '/')).toThrow('none.yaml: there is no such file.');
  expect(() => readParameters({ paramsFile: ['/'] }, '/')).toThrow('/: it is a folder. Name a file.');
});

test('a name that the command line gives twice is refused', () => {
  expect(() => valuesOf('x=1', 'x=2')).toThrow('The command line gives the parameter x twice.');
  expect(() => readParameters({ param: ['x=1'], raw: ['x=2'] }, '/')).toThrow('twice');
});
