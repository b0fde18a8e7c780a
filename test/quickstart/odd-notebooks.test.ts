// Notebooks that no Jupyter writes: run_notebook.py and prepare_notebook.py take them, or say in a sentence what is wrong.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { useTempFolders, writeFiles } from '../client/temp-folder';

const EXAMPLE = resolve(__dirname, '../../examples/quickstart');
const tempFolder = useTempFolders();

const WAYS = ['run_notebook.py', 'prepare_notebook.py', 'prepare_notebook.py --inject'];

function open(way: string, text: string, params = '{"lr": 3}') {
  const folder = tempFolder();
  writeFiles(folder, { 'params.json': params, 'n.ipynb': text });
  const [program = '', ...options] = way.split(' ');
  const { status, stderr } = spawnSync('python3', ['-S', join(EXAMPLE, program), ...options, 'n.ipynb'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      PYTHONDONTWRITEBYTECODE: '1',
      MYMLOPS_PARAMS: join(folder, 'params.json'),
    },
  });
  const after = readFileSync(join(folder, 'n.ipynb'), 'utf8');
  return { status, stderr, after };
}

const code = (more: object = {}) => ({ cell_type: 'code', source: 'lr = 1', metadata: {}, outputs: [], ...more });
const notebook = (more: object = {}): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [code()], ...more });

const withWays = <T extends unknown[]>(rows: T[]): [string, ...T][] =>
  rows.flatMap((row) => WAYS.map((way): [string, ...T] => [way, ...row]));

test.each(
  withWays([
    ['tags that are a number', notebook({ cells: [code({ metadata: { tags: 5 } }), code()] })],
    ['tags that are null', notebook({ cells: [code({ metadata: { tags: null } })] })],
    ['a tag that is an object', notebook({ cells: [code({ metadata: { tags: [{}, 'parameters'] } })] })],
    ['a cell whose metadata is null', notebook({ cells: [code({ metadata: null })] })],
    ['a cell without metadata', notebook({ cells: [code({ metadata: undefined })] })],
    ['a kernel whose name is a number', notebook({ metadata: { kernelspec: { name: 5 } } })],
    ['a language that is a number', notebook({ metadata: { kernelspec: { name: 'python3', language: 5 } } })],
    ['a kernelspec that is a text', notebook({ metadata: { kernelspec: 'python3' } })],
    ['language_info and jupytext that are lists', notebook({ metadata: { language_info: [], jupytext: [1] } })],
    ['metadata that is a number', notebook({ metadata: 5 })],
    ['no metadata', notebook({ metadata: undefined })],
    ['a minor version that is a text', notebook({ nbformat_minor: '5' })],
    ['no minor version', notebook({ nbformat_minor: undefined })],
    ['a source that is null', notebook({ cells: [code({ source: null }), code()] })],
    ['a source that is a number', notebook({ cells: [code({ source: 5 }), code()] })],
    ['a source with lines of other types', notebook({ cells: [code({ source: [5, 'a = 1', null] })] })],
    ['a cell without a type', notebook({ cells: [code({ cell_type: undefined }), code()] })],
    ['a byte order mark', `\ufeff${notebook()}`],
  ]),
)('%s takes %s', (way, _name, text) => {
  const { status, stderr, after } = open(way, text);
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('Traceback') });
  if (way !== 'prepare_notebook.py') expect(JSON.stringify(JSON.parse(after))).toContain('# Parameters\\nlr = 3');
});

test.each(
  withWays<[string, string]>([
    [notebook({ cells: undefined }), 'n.ipynb has no list of cells. Save it anew in Jupyter'],
    [notebook({ cells: null }), 'has no list of cells'],
    [notebook({ cells: {} }), 'has no list of cells'],
    [notebook({ cells: [code(), 'print(1)'] }), 'has a cell that is not an object: number 2. Delete it'],
    ['[]', 'is not a notebook of format 4'],
    ['', 'is not JSON that Python can read: Expecting value: line 1 column 1 (char 0)'],
    ['{"nbformat": 4,', 'is not JSON that Python can read'],
    ['['.repeat(200_000), 'is not JSON that Python can read'],
  ]),
)('%s refuses %.40s', (way, text, sentence) => {
  const { status, stderr } = open(way, text);
  expect({ status, lines: stderr.trim().split('\n').length }).toEqual({ status: 1, lines: 1 });
  expect(stderr).toContain(sentence);
});

test('values that are not JSON are refused with their file', () => {
  const { status, stderr } = open('run_notebook.py', notebook(), '{');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^run_notebook\.py: .*params\.json is not JSON/),
  });
});
