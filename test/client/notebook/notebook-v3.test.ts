// Notebooks of format 3, against what nbformat's own upgrade makes of them.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNotebook } from '../../../client/src/notebook/notebook';
import { testWith } from '../../parts';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();

interface Upgraded {
  nbformat: number;
  nbformat_minor?: number;
  metadata: Record<string, unknown>;
  cells: Record<string, unknown>[];
}

const code = (input: unknown, more: object = {}): object => ({
  cell_type: 'code',
  collapsed: false,
  input,
  language: 'python',
  metadata: {},
  outputs: [{ output_type: 'pyout', prompt_number: 3, text: ['1'], metadata: {} }],
  prompt_number: 3,
  ...more,
});

const OLD = {
  metadata: { name: 'old', signature: 'sha256:0', celltoolbar: 'Slideshow' },
  nbformat: 3,
  nbformat_minor: 0,
  orig_nbformat: 2,
  worksheets: [
    {
      cells: [
        { cell_type: 'heading', level: 2, metadata: { a: 1 }, source: ['One\n', 'two\r\n', 'three'] },
        { cell_type: 'heading', metadata: {}, source: 'No level\n' },
        code(['print 1\n', 'x = "ä"']),
        code('', { collapsed: true, metadata: { slideshow: { slide_type: 'skip' } } }),
        { cell_type: 'markdown', metadata: {}, source: ['text\n', 'more'] },
        { cell_type: 'html', metadata: {}, source: '<b>' },
        { cell_type: 'raw', metadata: {}, source: ['raw'] },
      ],
      metadata: {},
    },
    { cells: [code('2'), { cell_type: 'markdown', source: 'no metadata' }], metadata: {} },
  ],
};

function read(content: unknown): { notebook: Upgraded; text: string; codeCells: number; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'old.ipynb');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  const { stripped, codeCells } = readNotebook(path, folder);
  return { notebook: JSON.parse(stripped.toString()) as Upgraded, text: stripped.toString(), codeCells, path };
}

/** What both ways must agree on: without ids, which are random, and lines as the format may break them. */
function comparable({ metadata, cells }: Upgraded): object {
  return {
    metadata: { ...metadata, kernelspec: 'ours' },
    cells: cells.map(({ source, outputs, execution_count, ...cell }) => ({
      ...cell,
      id: 'random',
      source: Array.isArray(source) ? source.join('') : source,
      ...(cell['cell_type'] === 'code' && { hasBoth: outputs !== undefined && execution_count !== undefined }),
    })),
  };
}

testWith('jupyter-nbconvert', 'pip install nbconvert')(
  'the upgrade is that of nbconvert, without outputs',
  async () => {
    const { notebook, path } = read(OLD);
    const theirs = execFileSync('jupyter-nbconvert', ['--to', 'notebook', '--stdout', path], { stdio: 'pipe' });
    expect(comparable(notebook)).toEqual(comparable(JSON.parse(theirs.toString()) as Upgraded));
  },
);

test('what it becomes', () => {
  const { notebook, codeCells } = read(OLD);
  expect(codeCells).toBe(2);
  expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 4, metadata: { celltoolbar: 'Slideshow' } });
  expect(Object.keys(notebook)).toEqual(['cells', 'metadata', 'nbformat', 'nbformat_minor']);
  expect(notebook.cells.map((cell) => [cell['cell_type'], cell['source']])).toEqual([
    ['markdown', '## One two three'],
    ['markdown', '# No level'],
    ['code', ['print 1\n', 'x = "ä"']],
    ['code', ''],
    ['markdown', ['text\n', 'more']],
    ['markdown', '<b>'],
    ['raw', ['raw']],
    ['code', '2'],
    ['markdown', 'no metadata'],
  ]);
  expect(notebook.cells[3]).toEqual({
    cell_type: 'code',
    execution_count: null,
    metadata: { slideshow: { slide_type: 'skip' }, collapsed: true },
    outputs: [],
    source: '',
  });
});

test('fields that nobody knows stay as they were written', () => {
  const cell = '{"cell_type":"code","input":"1","odd":12345678901234567890,"metadata":{"t":1.0,"n":NaN}}';
  const folder = tempFolder();
  const path = join(folder, 'a.ipynb');
  writeFileSync(path, `{"nbformat":3,"metadata":{},"odd":[1.50],"worksheets":[{"cells":[${cell}]}]}`);
  const text = readNotebook(path, folder).stripped.toString();
  expect(text).toContain('"odd": 12345678901234567890');
  expect(text).toContain('"metadata": {"t": 1.0, "n": NaN}');
  expect(text).toContain('"odd": [1.50]');
});

test('a Python notebook gets the kernel that papermill asks for, any other keeps what it has', () => {
  const of = (cells: unknown[], metadata: object = {}): unknown =>
    read({ nbformat: 3, metadata, worksheets: [{ cells }] }).notebook.metadata['kernelspec'];
  expect(of([code('1')])).toEqual({ name: 'python3', display_name: 'Python 3', language: 'python' });
  expect(of([code('1', { language: 'julia' })])).toBeUndefined();
  expect(of([code('1')], { kernelspec: { name: 'mine' } })).toEqual({ name: 'mine' });
});

test.each<[string, unknown]>([
  ['no worksheets', undefined],
  ['worksheets that are not a list', 3],
  ['a worksheet without cells', [{}]],
  ['cells that are none', [{ cells: [1] }]],
])('%s: refused', (_what, worksheets) => {
  expect(() => read({ nbformat: 3, metadata: {}, worksheets })).toThrow(
    /^old\.ipynb is not a notebook: its worksheets/,
  );
});

test('a heading deeper than text has them, and levels that are none', () => {
  const heading = (level: unknown) => ({ cell_type: 'heading', level, source: 'x' });
  const { notebook } = read({
    nbformat: 3,
    worksheets: [{ cells: [heading(9), heading('2'), heading(null), heading(1e9), code('1')] }],
  });
  expect(notebook.cells.slice(0, 4).map(({ source }) => source)).toEqual(['###### x', '# x', '# x', '###### x']);
});
