import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateNotebook, readNotebook } from '../../../client/src/source/notebook';
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
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
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
  expect(stripped.toString()).toMatch(/^\{\n "cells": \[\n {2}\{[^]*\}\n$/);
});

test('code cells with content are counted', () => {
  const cells = [cell('1'), cell(['\n', ' ']), cell(''), { cell_type: 'markdown', source: 'x' }, cell(['', '2'])];
  expect(read({ cells, nbformat: 4 }).codeCells).toBe(2);
});

test.each<[string, unknown, RegExp]>([
  ['is not JSON', '{', /not JSON/],
  ['has no nbformat', { cells: [] }, /no nbformat/],
  ['is of version 3', { nbformat: 3, worksheets: [] }, /nbformat 3.*nbconvert/],
  ['has no cells', { nbformat: 4 }, /no list of cells/],
  ['has no code', { nbformat: 4, cells: [{ cell_type: 'markdown', source: 'x' }] }, /no code cell/],
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
