// What people and editors do to a YAML file: each has one sentence, with its place.
import { decodeText, tooLarge } from '../../../client/src/config/file-text';
import { parseConfig } from '../../../client/src/config/parse-config';

const parse = (text: string) => parseConfig(text, () => undefined);
const lines = (errors: readonly { line: number; column: number; message: string }[]) =>
  errors.map(({ line, column, message }) => `${line}:${column} ${message}`);

function errorsOf(text: string): string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : lines(parsed.errors);
}

function decodingErrors(bytes: Uint8Array): string[] {
  const read = decodeText(bytes);
  return read.ok ? [] : lines(read.errors);
}

test('anchors, aliases of a mapping and merge keys mean what they say', () => {
  const text = `
commit:
  command: run
  instance: &spec {machine_type: n1-standard-4, zone_regex: us}
start:
  instance: *spec
profiles:
  big:
    commit:
      instance:
        <<: *spec
        machine_type: n1-standard-64
  list:
    commit: {instance: {<<: [*spec, {zone_regex: eu, provisioning: standard}]}}
`;
  const parsed = parse(text);
  expect(parsed).toMatchObject({
    ok: true,
    config: {
      start: { instance: { machine_type: 'n1-standard-4', zone_regex: 'us' } },
      profiles: {
        big: { commit: { instance: { machine_type: 'n1-standard-64', zone_regex: 'us' } } },
        list: { commit: { instance: { machine_type: 'n1-standard-4', zone_regex: 'us', provisioning: 'standard' } } },
      },
    },
  });
});

test('an error in what is merged or aliased has the place where it is written', () => {
  const text = `commit:
  command: run
  instance: &spec {machin_type: n1}
start:
  instance: *spec
profiles:
  p:
    commit:
      instance:
        <<: *spec
        provisioning: cheap
`;
  expect(errorsOf(text)).toEqual([
    '3:20 unknown key commit.instance.machin_type; did you mean machine_type?',
    '3:20 unknown key start.instance.machin_type; did you mean machine_type?',
    '3:20 unknown key profiles.p.commit.instance.machin_type; did you mean machine_type?',
    '11:23 profiles.p.commit.instance.provisioning: must be one of spot, standard, spot_then_standard',
  ]);
});

test.each<[string, string, string]>([
  ['a tab', 'commit:\n\tcommand: x\n', '2:1 this line is indented with a tab: use spaces'],
  ['a tab after spaces', 'commit:\n  instance:\n  \tmachine_type: x\n', 'tab'],
  ['a key twice', 'commit:\n  command: x\n  command: y\n', '3:3 this key occurs twice: remove one of them'],
  ['two documents', 'project: local\n---\nproject: p\n', '2:1 a second document begins here'],
  ['two values in a line', 'project: a: b\n', '1:10 a second `: ` on one line'],
  [
    'a line that is indented too far',
    'commit:\n  command: x\n   setup: y\n',
    '2:12 a second `: ` on one line, or a line',
  ],
  ['a line that is indented too little', 'commit:\n    command: x\n  setup: y\n', '3:1 this line is not aligned'],
  ['a quote without end', 'commit:\n  command: "x\n  setup: y\n', ' a quote is not closed'],
  ['a bracket without end', 'commit: {command: x\nproject: local\n', ' a bracket is not closed'],
  ['a list without end', 'notify: [a,\nproject: local\n', ' a bracket is not closed'],
  [
    'a value that begins like an alias',
    'commit:\n  command: @x\n',
    '2:12 a value cannot begin with @: put it in quotes',
  ],
  ['a key alone', 'commit\nproject: local\n', '1:1 this key has no `: ` and value'],
  ['a colon without a space', 'commit:\n  command:x\n', '2:3 commit: must be a mapping, not text: write a space after'],
  ['an alias of nothing', 'commit: *base\n', '1:9 there is no anchor &base before this alias'],
  ['a merge of text', 'commit:\n  <<: base\n', '2:3 `<<` needs a mapping'],
  ['a merge of a list of text', 'commit:\n  <<: [base]\n', '2:3 `<<` needs a mapping'],
  ['a merge of itself', 'commit: &c\n  <<: *c\n', ''],
  [
    'a tag',
    'project: !!python/object:os.system x\n',
    '1:10 the tag !!python/object:os.system is not supported: write the value without it',
  ],
  [
    'a tag of their own',
    'commit:\n  command: !env x\n',
    '2:12 the tag !env is not supported: write the value without it',
  ],
  [
    'an alias in what it stands for was reported as a bomb, at 1:1',
    'commit: &all\n  command: x\n  instance: *all\n',
    '3:13 alias *all refers to itself',
  ],
  [
    'the prefix of a branch made a branch of that long name',
    'commit: {command: x, output_repository: {url: ../x, branch: refs/heads/main}}\n',
    '1:61 commit.output_repository.branch: write the branch without refs/heads/: main',
  ],
  ['a directive', '%FOO bar\n---\nproject: local\n', '1:1 '],
  ['a list', '- project: local\n', '1:1 the file: must be a mapping, not a list'],
  ['text', 'project\n', '1:1 the file: must be a mapping, not text'],
  ['brackets without end', `commit: ${'['.repeat(20_000)}`, '1:69 nested too deeply: simplify the file'],
  ['lists in lists without end', `${'- '.repeat(20_000)}x\n`, '1:121 nested too deeply: simplify the file'],
  ['an alias in itself', 'commit: &c {command: run, instance: *c}\n', '1:37 alias *c refers to itself'],
])('%s', (_what, text, expected) => {
  const errors = errorsOf(text);
  expect(errors).not.toEqual([]);
  expect(errors.join('\n')).toContain(expected);
});

test('aliases that multiply are refused, and quickly', () => {
  const letters = Array.from('abcdefghijk');
  const levels = letters.map((name, index) => {
    const of = index === 0 ? 'x' : `*${letters[index - 1]}`;
    return `${name}: &${name} [${Array(9).fill(of).join(', ')}]`;
  });
  expect(errorsOf(levels.join('\n'))).toEqual(['1:1 too many alias expansions']);
});

test.each(['', '\n', '# nothing yet\n', '---\n', '~\n'])('%j is an empty configuration', (text) => {
  expect(parse(text)).toEqual({ ok: true, config: { deployment: 'mymlops' } });
});

test('Windows line endings change no place', () => {
  expect(errorsOf('project: local\r\ncommit:\r\n  comand: x\r\n')).toContain(
    '3:3 unknown key commit.comand; did you mean command?',
  );
});

test('a key of every object is a key like others', () => {
  expect(errorsOf('__proto__: {project: x}\nconstructor: y\n')).toEqual([
    expect.stringContaining('1:1 unknown key __proto__'),
    expect.stringContaining('2:1 unknown key constructor'),
  ]);
  expect(errorsOf('commit: {command: run, instance: constructor}\n')).toEqual([
    '1:34 commit.instance: no such instance type; the file has no instance_types',
  ]);
});

test('$NAME in a key is left alone', () => {
  expect(parseConfig('$KEY: 1\n', () => 'project')).toMatchObject({
    ok: false,
    errors: [{ message: expect.stringContaining('unknown key $KEY') }],
  });
});

describe('the bytes of the file', () => {
  const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

  test('a byte order mark changes no column', () => {
    const read = decodeText(bytes('\uFEFFprojet: x\n'));
    expect(read).toEqual({ ok: true, text: 'projet: x\n' });
  });

  test.each<[string, Uint8Array, string]>([
    ['UTF-16 with a mark', bytes('\uFEFFproject: local', 'utf16le'), '1:1 the file is UTF-16: save it as UTF-8'],
    ['UTF-16 without', bytes('project: local', 'utf16le'), '1:1 the file is UTF-16: save it as UTF-8'],
    ['Latin-1', bytes('commit:\n  # für\n', 'latin1'), '2:6 this byte is not UTF-8: save the file as UTF-8'],
    [
      'spaces of a web page',
      bytes('commit:\n\u00a0 command: x'),
      '2:1 this line is indented with a special space character: use plain spaces',
    ],
    ['a control character', bytes('project: a\u0007b'), '1:11 this control character is not allowed: remove it'],
  ])('%s', (_what, content, expected) => {
    expect(decodingErrors(content)).toEqual([expected]);
  });

  test('a NUL in quotes', () => {
    expect(errorsOf('commit: {command: "a\\0b"}\n')).toEqual(['1:19 commit.command: contains a NUL character']);
  });

  test('10 MB', () => {
    expect(tooLarge(10_000_000)).toMatchObject({
      errors: [{ line: 1, column: 1, message: 'the file has 10 MB, but at most 256 kB are allowed' }],
    });
  });
});
