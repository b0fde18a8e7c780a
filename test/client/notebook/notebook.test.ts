import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateNotebook, readNotebook } from '../../../client/src/notebook/notebook';
import { useTempFolders } from '../temp-folder';

const tempFolder = useTempFolders();
const cell = (source: unknown, extra: object = {}) => ({
  cell_type: 'code',
  source,
  metadata: {},
  outputs: [],
  ...extra,
});

function notebookFile(content: unknown): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'a.ipynb');
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return { folder, path };
}

const read = (content: unknown) => {
  const { folder, path } = notebookFile(content);
  return readNotebook(path, folder);
};

test('outputs and execution counts are stripped, everything else stays', () => {
  const markdown = { cell_type: 'markdown', source: '# t', metadata: { x: [1] } };
  const code = cell(['a\n', 'b'], { outputs: [{ output_type: 'stream' }], execution_count: 7, id: 'q', unknown: true });
  const { stripped } = read({ cells: [markdown, code], metadata: { m: 1 }, nbformat: 4, nbformat_minor: 5, odd: null });
  const cells = [markdown, { ...code, outputs: [], execution_count: null }];
  const expected = { cells, metadata: { m: 1 }, nbformat: 4, nbformat_minor: 5, odd: null };
  expect(JSON.parse(stripped.toString())).toEqual(expected);
});

test('marks of an earlier run, which the verdict would take for those of this one, are stripped', () => {
  const times = { 'iopub.execute_input': 'x' };
  const marks = (papermill: object, execution: object) => ({ papermill, tags: ['t'], execution });
  const notebook = (exception: unknown, papermill: object, execution: object) =>
    JSON.stringify({
      metadata: { papermill: { exception, version: '2.6.0' } },
      cells: [cell('1', { execution_count: null, metadata: marks(papermill, execution) })],
      nbformat: 4,
      nbformat_minor: 4,
    });
  const { stripped } = read(notebook(true, { exception: true, status: 'failed' }, times));
  expect(stripped.toString()).toBe(notebook(null, {}, {}));
});

test('code cells with content are counted', () => {
  const cells = [cell('1'), cell(['\n', ' ']), cell(''), { cell_type: 'markdown', source: 'x' }, cell(['', '2'])];
  expect(read({ cells, nbformat: 4 }).codeCells).toBe(2);
});

/** The end of a notebook, after its cells. */
const REST = '"metadata":{},"nbformat":4,"nbformat_minor":5}';

const BEFORE = (outputs: string, count: string, eol: string): string =>
  [
    '{ "10": {"b":1,"2":0, "b": 2},',
    ' "cells" : [',
    `  {"cell_type":"code","outputs":${outputs},"metadata":{"x":12345678901234567890,"t":1.0,"e":1E5,"n":NaN,"i":-Infinity},`,
    `\t"source":["a = \\ud800\\u00e4ä\\n", "b"],"id":"q", "execution_count" :${count} , "odd": [[], {}]},`,
    '  {"cell_type":"raw","metadata":{},"outputs":[1],"execution_count":2,"source":"x","attachments":{"a.png":{"image/png":"AA=="}}}',
    ' ],"metadata":{"widgets":{"state":[1.0]}}, "nbformat":4,"nbformat_minor":5}   ',
  ].join(eol);

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
])('all but outputs and counts stays byte for byte (%s)', (_name, eol) => {
  const outputs = '[{"output_type":"stream","text":["}]\\"",2e9, {"outputs":[ ]}]}]';
  expect(read(BEFORE(outputs, '17', eol)).stripped.toString()).toBe(BEFORE('[]', 'null', eol));
});

test('outputs that are there twice, or hidden behind an escape, are stripped', () => {
  const cellText =
    '{"cell_type":"code","source":"1","metadata":{},"outputs":[1],"out\\u0070uts":[2],"execution_count":null}';
  expect(read(`{"cells":[${cellText}],${REST}`).stripped.toString()).toBe(
    `{"cells":[${cellText.replace('[1]', '[]').replace('[2]', '[]')}],${REST}`,
  );
});

test('of two lists of cells the last is run, and both are stripped', () => {
  const listOf = (outputs: string): string =>
    `[{"cell_type":"code","source":"1","metadata":{},"outputs":${outputs},"execution_count":null}]`;
  const notebook = (outputs: string): string => `{"cells":${listOf(outputs)},"cells":${listOf(outputs)},${REST}`;
  const { codeCells, stripped } = read(notebook('["x"]'));
  expect({ codeCells, stripped: stripped.toString() }).toEqual({ codeCells: 1, stripped: notebook('[]') });
});

test('fields that the format requires and the notebook lacks are added: runners on a VM fail without them', () => {
  const { stripped } = read('{"cells":[{"cell_type":"code","source":"1"}, {"cell_type":"markdown"}],"nbformat":4}');
  expect(JSON.parse(stripped.toString())).toEqual({
    cells: [
      { cell_type: 'code', source: '1', metadata: {}, outputs: [], execution_count: null },
      { cell_type: 'markdown', source: '', metadata: {} },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 4,
  });
  const withId = read({ cells: [cell('1', { id: 'a' })], nbformat: 4 }).stripped;
  expect(JSON.parse(withId.toString())).toMatchObject({ nbformat_minor: 5 });
});

test('a byte order mark, which Jupyter refuses, is taken away', () => {
  const text = `{"cells":[${JSON.stringify(cell('1', { execution_count: null }))}],${REST}`;
  expect(read(`\uFEFF${text}`).stripped.toString()).toBe(text);
});

test('30 MB of outputs do no harm', () => {
  const outputs = [{ output_type: 'display_data', print: { 'image/png': 'A'.repeat(30 * 2 ** 20) } }];
  expect(read({ cells: [cell('1', { outputs })], nbformat: 4 }).stripped.length).toBeLessThan(200);
});

test('64 MB without outputs are too much', () => {
  const big = cell('1', { metadata: { print: 'A'.repeat(64 * 2 ** 20) } });
  expect(() => read({ cells: [big], nbformat: 4 })).toThrow(/^a\.ipynb is larger than 64 MB even without its outputs/);
});

test('a source of 600 MB was made a text, which cannot be so long, before its size was looked at', () => {
  const sized = (bytes: number) => ({ nbformat: 4, cells: [{ cell_type: 'markdown', source: 'A'.repeat(bytes) }] });
  expect(() => read(sized(64e6))).toThrow('is larger than 64 MB');
  expect(() => read(sized(63e6))).toThrow('no code cell');
});

test.each([
  ['4', { nbformat: 4 }, (cells: object[]) => ({ cells })],
  ['3', { nbformat: 3 }, (cells: object[]) => ({ worksheets: [{ cells }] })],
])('70 MB of outputs in format %s are not counted', (_format, version, content) => {
  const outputs = [{ output_type: 'stream', text: 'A'.repeat(70e6) }];
  const { codeCells } = read({ ...version, ...content([cell('1', { input: '1', language: 'python', outputs })]) });
  expect(codeCells).toBe(1);
});

const CODE = JSON.stringify(cell('1'));
const deep = (levels: number): string =>
  `{"nbformat":4,"cells":[${CODE}],"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const text = (source: string) => ({ nbformat: 4, cells: [{ cell_type: 'markdown', source }] });

test('nesting as deep as Python reads it is taken', () => {
  expect(read(deep(499)).codeCells).toBe(1);
});

test.each<[string, unknown, RegExp]>([
  ['is empty', ' \n', /^a\.ipynb is not a notebook: it is empty\.$/],
  ['is cut off', '{"a": [1,\n 2', /not JSON that Jupyter can read \(line 2, column 3: it is incomplete\)\. Correct it/],
  ['lacks a comma', '{\r\n "ä": "ä" "b"}', /\(line 2, column 11: \} is missing\)/],
  ['has letters of four bytes', '{"🎉": "ä" "b"}', /\(line 1, column 12: \} is missing\)/],
  ['has a name of 1 MB', `{"a": 1, "${'a'.repeat(1e6)}": 1}`, /\(line 1, column 10: the name of a member is longer/],
  ['has a number of no form', '{"a": 01}', /\(line 1, column 8: /],
  ['goes on behind its end', '{} {}', /\(line 1, column 4: there is more text after its end\)/],
  ['has a line break in a text', '{"a": "b\n"}', /\(line 1, column 9: a string contains a line break/],
  ['is in conflict', '{\n<<<<<<< HEAD\n "a": 1}', /unresolved merge conflict \(line 2, column 1\)\. Resolve it/],
  ['is nested without end', deep(1_000_000), /nested more than 500 levels deep/],
  ['is UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), /not UTF-8\. Save it/],
  ['is UTF-16 without a mark', Buffer.from('{}', 'utf16le'), /not UTF-8\. Save it/],
  ['is Latin-1', Buffer.from('{"a": "ä"}', 'latin1'), /not UTF-8\. Save it/],
  ['is a list', '[4]', /no nbformat/],
  ['has no nbformat', { cells: [] }, /no nbformat/],
  ['is of version 2', { nbformat: 2, worksheets: [] }, /nbformat 2, .*nbconvert.*"a\.ipynb"$/],
  ['is of version 5', { nbformat: 5, cells: [] }, /nbformat 5, but mymlops runs 3 and 4\. Save it as version 4/],
  ['is of no version', { nbformat: '4', cells: [] }, /an unknown nbformat, but mymlops runs 3 and 4\./],
  ['has no cells', { nbformat: 4 }, /no list of cells/],
  ['has cells that are not a list', { nbformat: 4, cells: { a: {} } }, /no list of cells/],
  ['has odd cells', { nbformat: 4, cells: [cell('1'), []] }, /no list of cells/],
  ['has no code', text('x'), /no code cell with content/],
  ['has blank code only', { nbformat: 4, cells: [cell(''), cell([' \n', '\t'])] }, /no code cell with content/],
])('a notebook that %s is refused', (_what, content, message) => {
  expect(() => read(content)).toThrow(message);
});

test('what is missing, a folder, or a link is refused by name', () => {
  const { folder } = notebookFile('{}');
  mkdirSync(join(folder, 'dir'));
  symlinkSync('a.ipynb', join(folder, 'link.ipynb'));
  expect(() => locateNotebook('none.ipynb', folder)).toThrow('none.ipynb does not exist');
  expect(() => locateNotebook('dir', folder)).toThrow('is a folder');
  expect(() => locateNotebook('link.ipynb', folder)).toThrow('is a link');
  expect(locateNotebook('dir/../a.ipynb', folder)).toBe(join(folder, 'a.ipynb'));
});

test('a notebook outside the project folder is refused', () => {
  const { path } = notebookFile('{}');
  expect(() => readNotebook(path, tempFolder())).toThrow('outside the project folder');
});

test.each<[string, object]>([
  ['its metadata is not an object', { cells: [cell('1')], metadata: [] }],
  ['its metadata is not an object', { cells: [cell('1')], metadata: null }],
  ['the metadata of its cell 2 is not an object', { cells: [cell('1'), cell('2', { metadata: null })] }],
  ['the source of its cell 1 is not text', { cells: [cell(5), cell('2')] }],
  [
    'the source of its cell 2 is not text',
    { cells: [cell('1'), { cell_type: 'markdown', metadata: {}, source: null }] },
  ],
  ['the source of its cell 1 is not text', { cells: [cell(['a', 5])] }],
  ['its nbformat_minor is not a number', { cells: [cell('1')], nbformat_minor: '5' }],
  ['its nbformat_minor is not a number', { cells: [cell('1')], nbformat_minor: null }],
  ['its cell 2 has no cell_type', { cells: [cell('1'), { source: 'x', metadata: {} }] }],
  ['its cell 1 has no cell_type', { cells: [{}, cell('1')] }],
])('%s: it was found on the VM, by a runner that broke', (fault, content) => {
  expect(() => read({ nbformat: 4, nbformat_minor: 5, ...content })).toThrow(
    `a.ipynb is not a valid notebook: ${fault}. Correct it in an editor`,
  );
});
