// A cell gets each parameter as papermill's own -p, -r and -f would have given it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parametersJson } from '@mymlops/protocol';
import fc from 'fast-check';
import { ExpectedError } from '../../../client/src/core/errors';
import { readParameters } from '../../../client/src/parameters/read-parameters';
import { locate, testWith } from '../../parts';

/** The Python that papermill runs on: the first line of its script names it. */
const WITH_PAPERMILL = `
import json, sys
sys.set_int_max_str_digits(0) if hasattr(sys, 'set_int_max_str_digits') and len(sys.argv) > 1 else None
from papermill.cli import _resolve_type
from papermill.iorw import NoDatesSafeLoader
import yaml
def seen(value): # type and value, also of -0.0, of integers beyond 2**53 and within lists
    if isinstance(value, dict): return {'dict': sorted([k, seen(v)] for k, v in value.items())}
    if isinstance(value, list): return [seen(v) for v in value]
    return type(value).__name__ + ' ' + ascii(value)
def attempt(read, text):
    try: return seen(read(text))
    except Exception as error: return 'refused: ' + type(error).__name__
from_yaml = lambda text: yaml.load(text, Loader=NoDatesSafeLoader)
for line in sys.stdin:
    each = json.loads(line)
    print(json.dumps({
        'papermill': attempt(from_yaml if each['kind'] == 'file' else _resolve_type if each['kind'] == 'param' else str, each['text']),
        'json': attempt(json.loads, each['ours']), 'yaml': attempt(from_yaml, each['ours']),
    }))
`;

type Kind = 'param' | 'raw' | 'file';
interface Case {
  kind: Kind;
  text: string;
  /** The object in the file MYMLOPS_PARAMS. */
  ours: string;
}

const folder = mkdtempSync(join(tmpdir(), 'mymlops-parameters-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Undefined where it is refused. */
function ourCase(kind: Kind, text: string): Case | undefined {
  const file = join(folder, 'p.yaml');
  if (kind === 'file') writeFileSync(file, text);
  const given = { param: { param: [`x=${text}`] }, raw: { raw: [`x=${text}`] }, file: { paramsFile: [file] } }[kind];
  try {
    return { kind, text, ours: parametersJson(readParameters(given, '/').parameters) };
  } catch (error) {
    if (error instanceof ExpectedError) return undefined;
    throw error;
  }
}

interface Seen {
  papermill: unknown;
  json: unknown;
  yaml: unknown;
}

function askPython(cases: readonly Case[]): Seen[] {
  const python = locate('papermill')?.replace(/papermill$/, 'python3') ?? 'python3';
  const input = cases.map((each) => JSON.stringify(each)).join('\n');
  const answer = execFileSync(python, ['-c', WITH_PAPERMILL], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return answer
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Seen);
}

const underX = (value: unknown): unknown => ({ dict: [['x', value]] });

const isRefusal = (seen: unknown): boolean => typeof seen === 'string' && seen.startsWith('refused');
/** papermill takes an empty file for no parameters. */
const fileOf = (seen: unknown): unknown => (seen === 'NoneType None' ? { dict: [] } : seen);

/** All cases that differ; one Python answers for all. */
function differences(cases: readonly Case[]): object[] {
  const seen = askPython(cases);
  return cases.flatMap(({ kind, text, ours }, index) => {
    const { papermill, json, yaml } = seen[index] ?? { papermill: 'nothing', json: 'nothing', yaml: 'nothing' };
    const wanted = isRefusal(papermill) ? json : kind === 'file' ? fileOf(papermill) : underX(papermill);
    const isSame = JSON.stringify(json) === JSON.stringify(wanted) && JSON.stringify(yaml) === JSON.stringify(wanted);
    return isSame ? [] : [{ text, ours, papermill, json, yaml }];
  });
}

const isCase = (each: Case | undefined): each is Case => each !== undefined;

/** papermill takes these for text. */
const isOursAlone = (text: string): boolean =>
  ['true', 'false', 'null'].includes(text) || /^\s*[[{].*[\]}]\s*$|^".*"$/s.test(text);

const NUMBERS = [
  ...[
    '5',
    '+5',
    '-5',
    '007',
    '-0',
    '1_000',
    '1__0',
    '_1',
    '1_',
    ' 5 ',
    '5\n',
    '\t-7',
    '9007199254740993',
    '1'.repeat(400),
  ],
  ...['1.0', '1e3', '1E3', '1e+3', '1e-3', '-0.0', '.5', '5.', '-.5e-7', '1_0.5_0e1_0', '1_.5', '1e', '.', '1e400'],
  ...[
    '1e16',
    '1e15',
    '123456789012345678.9',
    '0.0001',
    '0.00001',
    '1e-400',
    '0e5',
    '-0e-5',
    '00.10',
    '1e99999999999999999999',
  ],
  ...['inf', '-inf', '+Infinity', 'INF', 'infinit', '0x10', '0o7', '0b1', '1j', '1,5', '1 000', '- 5', '--5'],
];
const WORDS = [
  'True',
  'False',
  'None',
  'TRUE',
  'yes',
  'no',
  'on',
  'off',
  'nan?',
  '',
  ' ',
  'True ',
  '2024-01-01',
  '12:30:45',
];
const TEXTS = [
  'abc',
  'a=b',
  "it's",
  '"',
  '\\',
  'a: b',
  '#x',
  '- x',
  '~',
  '😀',
  'ü',
  'a\nb',
  '\u0085\u2028\u2029\ufeff\ufffe\u007f',
];

const numberish = fc
  .array(
    fc.constantFrom(
      ...'0123456789'.split(''),
      '1',
      '0',
      '.',
      '.',
      '_',
      'e',
      'E',
      '+',
      '-',
      ' ',
      'inf',
      '\u0663',
      '\u00a0',
      '\u001c',
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));
const text = fc
  .oneof(numberish, fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }))
  .filter(isSendable);

/** An argument of a program holds no NUL, and Node makes it well-formed. */
function isSendable(each: string): boolean {
  return !each.includes('\0') && !/\p{Surrogate}/u.test(each);
}

const papermillTest = testWith('papermill', 'pip install papermill');

papermillTest(
  '-p: every value that both take has the type and value that papermill gives it, read as JSON and as YAML',
  async () => {
    const sampled = fc.sample(text, { numRuns: 4000, seed: 7 });
    const texts = [...NUMBERS, ...WORDS, ...TEXTS, ...sampled].filter((each) => !isOursAlone(each));
    const cases = texts.map((each) => ourCase('param', each)).filter(isCase);
    expect(cases.length).toBeGreaterThan(3000);
    expect(differences(cases)).toEqual([]);
  },
);

papermillTest('-r: text as it stands', async () => {
  const texts = [...NUMBERS, ...WORDS, ...TEXTS, 'true', '[1]', '"5"', ...fc.sample(text, { numRuns: 1000, seed: 8 })];
  const cases = texts.map((each) => ourCase('raw', each)).filter(isCase);
  expect(cases).toHaveLength(texts.length);
  expect(differences(cases)).toEqual([]);
});

const PLAIN = [
  ...NUMBERS.map((each) => each.trim()),
  ...WORDS,
  ...[
    '1.0e+3',
    '.inf',
    '-.inf',
    '+.INF',
    '.nan',
    '010',
    '0x1F',
    '-0b101',
    '0x_',
    '1_000.5',
    '-.5',
    '~',
    'null',
    'Null',
    'Yes',
    'OFF',
  ],
  ...[
    '"5"',
    "'1e3'",
    '[1, 1.0, yes, {a: 0.5}]',
    '{a: 1, "b": [~]}',
    '|\n  a\n  b\n',
    '>\n  a\n  b\n',
    '!!str 5',
    '!!float 5',
    '&a [1]',
  ],
  ...['"\\x41\\u263a\\/"', '"a\n  b"', 'a\n  b', '!x y', '<<', '=', '1:30', '0:0', '1e', '{1: 2}'],
];

papermillTest('-P: every value that both take has the type and value that papermill gives it', async () => {
  const plain = fc.oneof(
    numberish,
    fc.string({ unit: fc.constantFrom(...'0123456789.e+-_:abnTrueNo~#\'"[]{},&*!|> '.split('')), maxLength: 10 }),
  );
  const files = [
    ...[...PLAIN, ...fc.sample(plain, { numRuns: 2000, seed: 9 })].map((value) => `x: ${value}\n`),
    ...[
      '',
      '# nothing\n',
      '{}',
      '{"x": 1.0, "y": [1, true, null, "a"]}',
      'base: &b {a: 1, c: 2}\nx:\n  <<: *b\n  a: 3.0\n',
    ],
    ...[
      'a: &a {k: 1}\nb: &b {k: 2, l: 1}\nx: {<<: [*a, *b]}\n',
      '? x\n: 1\n',
      'x: 1\n---\ny: 2\n',
      'x: 1\nx: 2\n',
      '- 1\n',
      '5',
    ],
    ...[
      'x:\n  - 1\n  - b: 2\n    c: -0.0\n',
      'on: 1\n',
      '1: 2\n',
      'x: *none\n',
      'x: "\\ud800"\n',
      '\ufeffx: 1\n',
      'x: "é😀"\n',
    ],
  ];
  const cases = files.map((file) => ourCase('file', file)).filter(isCase);
  expect(cases.length).toBeGreaterThan(1000);
  expect(differences(cases)).toEqual([]);
});

papermillTest('-P: block text at the end of a file, with a line break there or without', async () => {
  const line = fc.constantFrom('  a', '  a', '  b c', '   d', '', '', '  # e', '  f ');
  const block = fc
    .tuple(fc.constantFrom('|', '|+', '|-', '>', '>+', '>-', '|2'), fc.array(line, { maxLength: 4 }))
    .map(([mark, lines]) => `x: ${[mark, ...lines].join('\n')}`);
  const ends = ['', '\n', '\n  ', '\n# c', '\n...'];
  const files = fc.sample(block, { numRuns: 300, seed: 11 }).flatMap((each) => ends.map((end) => each + end));
  const cases = files.map((file) => ourCase('file', file)).filter(isCase);
  expect(cases.length).toBeGreaterThan(1200);
  expect(differences(cases)).toEqual([]);
});

papermillTest('lists and objects: JSON and YAML read the same, number for number', async () => {
  const scalar = fc.oneof(
    fc.double({ noNaN: true }).map((each) => (Number.isFinite(each) ? JSON.stringify(each) : 'Infinity')),
    fc.bigInt().map(String),
    fc.constantFrom('1.0', '-0.0', '1e3', 'true', 'null'),
    fc.string({ unit: 'grapheme' }).map((each) => JSON.stringify(each)),
  );
  const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
    json: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('object')),
    list: fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    object: fc
      .array(fc.tuple(fc.string({ unit: 'grapheme' }), tie('json')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
  }));
  const texts = fc.sample(json, { numRuns: 2000, seed: 10 }).filter((each) => /^[[{]/.test(each));
  const cases = texts.map((each) => ourCase('param', each)).filter(isCase);
  expect(cases).toHaveLength(texts.length);
  const meant = askPython(texts.map((each) => ({ kind: 'raw', text: '', ours: `{"x": ${each}}` })));
  const seen = askPython(cases);
  expect(seen.map((each) => each.json)).toEqual(meant.map((each) => each.json));
  expect(seen.map((each) => each.yaml)).toEqual(meant.map((each) => each.json));
});
