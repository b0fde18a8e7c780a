// A cell sees the same parameters whatever runs the notebook: what papermill gives is right.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { useTempFolders } from '../client/temp-folder';
import { locate, testWith } from '../parts';

const EXAMPLE = resolve(__dirname, '../../examples/quickstart');
const tempFolder = useTempFolders();

/** As the client writes it: numbers as in Python, and no letter raw that YAML reads otherwise. */
const TABLE = String.raw`{
  "i": 5, "big": 123456789012345678901234567890, "minus": -7,
  "f": 1.0, "e": 1.0e+3, "small": 1.0e-9, "zero": -0.0, "inf": 1.0e+999, "minus_inf": -1.0e+999,
  "t": true, "no": false, "none": null,
  "s": "text", "empty": "", "quotes": "a\"b'c\\d", "lines": "a\nb\tc", "dollar": "$x {y} %s", "wide": "Größe 数据 😀",
  "odd": "\u0000\u007f\u0085\u2028\ufeff", "yes": "yes", "number": "1.0", "date": "2024-01-01",
  "l": [1, 2.0, "x", [null, []]], "d": {"a": {"b c": [true]}, "": 1.0e+999, "é": -0.0}, "nothing": {}
}`;
const SHOW = `given = [name for name in dir() if not name.startswith("_") and name not in BEFORE]
for name in sorted(given):
    print(name, type(eval(name)).__name__, ascii(eval(name)))`;

interface Cell {
  source: string | string[];
  outputs: { name?: string; text?: string | string[] }[];
}

const textOf = (text: string | string[] | undefined): string => [text ?? ''].flat().join('');

/** A PATH with the system's tools and python3, and of the runners only the named ones. */
function pathWith(folder: string, runners: string[]): string {
  mkdirSync(join(folder, 'bin'));
  for (const name of ['python3', ...runners]) symlinkSync(locate(name) ?? '', join(folder, 'bin', name));
  return [join(folder, 'bin'), '/usr/bin', '/bin'].join(':');
}

/** Executes a notebook with `runners` on the PATH. Returns the text that its cells print, and the cells. */
async function execute(
  runners: string[],
  params: string,
  isTagged: boolean,
): Promise<{ printed: string; cells: Cell[] }> {
  const folder = tempFolder();
  for (const name of ['run.sh', 'run_notebook.py', 'prepare_notebook.py']) {
    copyFileSync(join(EXAMPLE, name), join(folder, name));
  }
  const cell = (source: string, ...tags: string[]) => ({
    cell_type: 'code',
    id: `c${source.length}`,
    execution_count: null,
    metadata: { tags },
    outputs: [],
    source,
  });
  const cells = [
    cell('BEFORE = set(dir()) | {"BEFORE"}', ...(isTagged ? ['parameters'] : [])),
    cell(isTagged ? SHOW : `${SHOW}\nprint(i, f)`),
  ];
  const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(folder, 'n.ipynb'), JSON.stringify(notebook));
  writeFileSync(join(folder, 'params.json'), params);
  const child = spawn('bash', ['run.sh', 'n.ipynb'], {
    cwd: folder,
    env: {
      PATH: pathWith(folder, runners),
      HOME: folder,
      LANG: 'C.UTF-8',
      PYTHONDONTWRITEBYTECODE: '1',
      MYMLOPS_PARAMS: join(folder, 'params.json'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (log += String(data)));
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' });
  // papermill notes the values in the metadata, as Python's JSON.
  const text = readFileSync(join(folder, 'n.ipynb'), 'utf8').replaceAll(/(?<=[:[,]\s*)-?Infinity/g, 'null');
  const after = JSON.parse(text) as { cells: Cell[] };
  const printed = after.cells
    .flatMap(({ outputs }) => outputs.filter(({ name }) => name === 'stdout').map(({ text }) => textOf(text)))
    .join('');
  return { printed, cells: after.cells };
}

const RUNNERS: Record<string, string[]> = { papermill: ['papermill'], nbconvert: ['jupyter-nbconvert'], neither: [] };
const PATIENCE_MS = 120_000;

const EXPECTED = `big int 123456789012345678901234567890
d dict {'a': {'b c': [True]}, '': inf, '\\xe9': -0.0}
date str '2024-01-01'
dollar str '$x {y} %s'
e float 1000.0
empty str ''
f float 1.0
i int 5
inf float inf
l list [1, 2.0, 'x', [None, []]]
lines str 'a\\nb\\tc'
minus int -7
minus_inf float -inf
no bool False
none NoneType None
nothing dict {}
number str '1.0'
odd str '\\x00\\x7f\\x85\\u2028\\ufeff'
quotes str 'a"b\\'c\\\\d'
s str 'text'
small float 1e-09
t bool True
wide str 'Gr\\xf6\\xdfe \\u6570\\u636e \\U0001f600'
yes str 'yes'
zero float -0.0
`;

for (const [name, runners] of Object.entries(RUNNERS)) {
  const run = runners[0] === undefined ? test : testWith(runners[0], `pip install ${name} ipykernel`);
  run(
    `parameters were dropped without papermill: ${name} sets them, with their types`,
    async () => {
      const { printed, cells } = await execute(runners, TABLE, true);
      expect(printed).toBe(EXPECTED);
      expect(cells.map(({ source }) => textOf(source).split('\n')[0])).toEqual([
        'BEFORE = set(dir()) | {"BEFORE"}',
        '# Parameters',
        'given = [name for name in dir() if not name.startswith("_") and name not in BEFORE]',
      ]);
    },
    PATIENCE_MS,
  );

  run(
    `no cell is tagged: ${name} sets them on top`,
    async () => expect((await execute(runners, '{"i": 5, "f": 1.0}', false)).printed).toBe('5 1.0\n'),
    PATIENCE_MS,
  );
}

const value = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('null', 'true', 'false', '1.0e+999', '-1.0e+999', '-0.0', '0.1'),
    fc.integer().map(String),
    fc.bigInt().map(String),
    fc.float({ noNaN: true, noDefaultInfinity: true, noInteger: true }).map(pythonFloat),
    fc.string({ unit: 'binary' }).map(jsonText),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 4 })
      .chain((keys) => fc.tuple(...keys.map((key) => tie('value').map((item) => `${jsonText(key)}: ${item}`))))
      .map((members) => `{${members.join(', ')}}`),
  ),
})).value;

/** With the point and the sign that YAML 1.1 needs to see a number. */
function pythonFloat(number: number): string {
  const [digits = '', exponent] = String(number).split('e');
  const pointed = digits.includes('.') ? digits : `${digits}.0`;
  return exponent === undefined
    ? pointed
    : `${pointed}e${exponent.startsWith('-') ? '' : '+'}${exponent.replace('+', '')}`;
}

function jsonText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

testWith('papermill', 'pip install papermill ipykernel')(
  'property: a cell prints the same with the small runner as with papermill',
  async () => {
    const values = fc.sample(value, { numRuns: 150, seed: 12 });
    const params = `{${values.map((text, index) => `"p${index}": ${text}`).join(',\n')}}`;
    const expected = await execute(['papermill'], params, true);
    expect(expected.printed.split('\n')).toHaveLength(values.length + 1);
    expect((await execute([], params, true)).printed).toBe(expected.printed);
  },
  PATIENCE_MS,
);
