// A notebook in another language than Python: how it is known before it runs.
import { join } from 'node:path';
import { readNotebook } from '../../../client/src/notebook/notebook';
import { useTempFolders, writeFiles } from '../temp-folder';

const tempFolder = useTempFolders();

function kernelOf(metadata: object, cell: object = {}, format: object = {}): unknown {
  const folder = tempFolder();
  const cells = [{ cell_type: 'code', source: '1', metadata: {}, outputs: [], execution_count: null, ...cell }];
  writeFiles(folder, { 'n.ipynb': JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells, ...format }) });
  return readNotebook(join(folder, 'n.ipynb'), folder).kernel;
}

test.each([
  ['nothing is named', {}],
  ['Python', { kernelspec: { name: 'python3', language: 'python' } }],
  ['Python 2', { kernelspec: { name: 'python2', language: 'python' } }],
  ['a conda environment, without a language', { kernelspec: { name: 'conda-env-ir-py' } }],
  ['as jupytext names it', { language_info: { name: 'ipython' } }],
  ["what the kernel's own words say comes first", { kernelspec: { language: 'python' }, language_info: { name: 'R' } }],
])('%s: it runs on the Python that there is', (_name, metadata) => {
  expect(kernelOf(metadata)).toBeUndefined();
});

test.each([
  ['R', { kernelspec: { name: 'ir', language: 'R' } }, { name: 'ir', language: 'r' }],
  ['R by its kernel alone', { kernelspec: { name: 'ir' } }, { name: 'ir', language: 'r' }],
  ['Julia by its kernel alone', { kernelspec: { name: 'julia-1.0' } }, { name: 'julia-1.0', language: 'julia' }],
  ['no kernel', { language_info: { name: 'julia' } }, { name: '', language: 'julia' }],
  ['jupytext', { jupytext: { main_language: 'R' } }, { name: '', language: 'r' }],
])('%s', (_name, metadata, kernel) => {
  expect(kernelOf(metadata)).toEqual(kernel);
});

test('VS Code notes the language in the cells', () => {
  expect(kernelOf({}, { metadata: { vscode: { languageId: 'csharp' } } })).toEqual({ name: '', language: 'csharp' });
});

test.each([
  ['IJulia of format 3 had it in the metadata', { language: 'Julia' }, 'python', { name: '', language: 'julia' }],
  ['format 3 has it in the cells', {}, 'R', { name: '', language: 'r' }],
  ['format 3 in Python', { language: 'python' }, 'python', undefined],
])('%s', (_name, metadata, language, kernel) => {
  const cells = [{ cell_type: 'code', input: '1', language, outputs: [] }];
  expect(kernelOf(metadata, {}, { nbformat: 3, cells: undefined, worksheets: [{ cells }] })).toEqual(kernel);
});
