// Which kernel a notebook gets, and how its parameters look: prepare_notebook.py beside a Jupyter of our own making.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { useTempFolders, writeFiles } from '../client/temp-folder';

const PROGRAM = resolve(__dirname, '../../examples/quickstart/prepare_notebook.py');
/** Stands in for jupyter_client: finds the kernels that the variable KERNELS lists. */
const JUPYTER = `import json, os
class KernelSpecManager:
    def get_all_specs(self):
        specs = json.loads(os.environ["KERNELS"])
        return {name: {"spec": spec} for name, spec in specs.items()}
`;
const tempFolder = useTempFolders();

interface Given {
  metadata?: object;
  cells?: object[];
  minor?: number;
  /** Language by name of kernel. Undefined: this Python has no Jupyter. */
  kernels?: Record<string, string | { language: string; argv: string[] }>;
  hasIpykernel?: boolean;
  params?: string;
}

interface Cell {
  id?: string;
  metadata: { tags?: string[] };
  source: string;
}

function prepare(options: string[], { metadata = {}, cells = [], minor = 5, kernels, hasIpykernel, params }: Given) {
  const folder = tempFolder();
  const notebook = { nbformat: 4, nbformat_minor: minor, metadata, cells };
  writeFiles(folder, {
    'n.ipynb': JSON.stringify(notebook),
    ...(params !== undefined && { 'params.json': params }),
    ...(kernels && { 'lib/jupyter_client/__init__.py': '', 'lib/jupyter_client/kernelspec.py': JUPYTER }),
    ...(hasIpykernel && { 'lib/ipykernel/__init__.py': '' }),
  });
  const specs = Object.entries(kernels ?? {}).map(([name, spec]) => [
    name,
    typeof spec === 'string' ? { language: spec, argv: [spec] } : spec,
  ]);
  // -S: a Jupyter that is installed here counts for nothing.
  const { status, stdout, stderr } = spawnSync('python3', ['-S', PROGRAM, ...options, 'n.ipynb'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: join(folder, 'lib'),
      PYTHONDONTWRITEBYTECODE: '1',
      KERNELS: JSON.stringify(Object.fromEntries(specs)),
      ...(params !== undefined && { MYMLOPS_PARAMS: join(folder, 'params.json') }),
    },
  });
  const after = JSON.parse(readFileSync(join(folder, 'n.ipynb'), 'utf8')) as { cells: Cell[]; metadata: object };
  return { status, kernel: stdout.trim(), said: stderr.trim().replace('prepare_notebook.py: ', ''), after };
}

const spec = (name: string, language?: string) => ({ kernelspec: { name, display_name: name, language } });
const PYTHON = { python3: 'python' };
const HERE = { python3: { language: 'python', argv: ['python3', '-m', 'ipykernel_launcher'] } };
const GONE = { language: 'python', argv: ['/gone/env/bin/python', '-m', 'ipykernel_launcher'] };

test.each<[string, Given, string, string]>([
  ['its own kernel is installed', { metadata: spec('ir', 'R'), kernels: { ...PYTHON, ir: 'R' } }, '', ''],
  [
    'python3, with ipykernel: Jupyter is not asked',
    { metadata: spec('python3', 'python'), hasIpykernel: true },
    '',
    '',
  ],
  [
    'papermill sets no parameters where no language is named',
    { metadata: spec('python3'), hasIpykernel: true },
    'python3 python',
    '',
  ],
  ['none named', { hasIpykernel: true }, 'python3 python', 'n.ipynb names no kernel; running it on python3'],
  [
    'none named, and ipykernel is another Python: whatever runs Python',
    { kernels: { ir: 'R', house: 'python' } },
    'house python',
    'n.ipynb names no kernel; running it on house (Python 3.',
  ],
  [
    'Python 2',
    { metadata: spec('python2', 'python'), kernels: HERE },
    'python3 python',
    'n.ipynb names the kernel python2, which is not installed here; running it on python3 (Python 3.',
  ],
  [
    "somebody else's environment, in a notebook that names no language",
    { metadata: spec('conda-env-house-py'), kernels: HERE },
    'python3 python',
    'which is not installed here; running it on python3 (Python 3.',
  ],
  [
    'an environment that was deleted and left its kernel behind',
    { metadata: spec('house', 'python'), kernels: { ...HERE, house: GONE } },
    'python3 python',
    'n.ipynb names the kernel house, which is not installed here; running it on python3',
  ],
  [
    'another Julia: the newest',
    { metadata: spec('julia-1.0', 'julia'), kernels: { ...PYTHON, 'julia-1.9': 'julia', 'julia-1.11': 'julia' } },
    'julia-1.11 julia',
    'n.ipynb names the kernel julia-1.0, which is not installed here; running it on julia-1.11 (julia)',
  ],
  [
    'no kernel named, but R',
    { metadata: { language_info: { name: 'R' } }, kernels: { ...PYTHON, ir: 'R' } },
    'ir R',
    'n.ipynb names no kernel; running it on ir (R)',
  ],
  ['no Jupyter to ask: the notebook decides', { metadata: spec('python2', 'python') }, '', ''],
])('%s', (_name, given, kernel, said) => {
  const result = prepare([], given);
  expect({ status: result.status, kernel: result.kernel }).toEqual({ status: 0, kernel });
  expect(result.said).toContain(said);
  if (said === '') expect(result.said).toBe('');
});

const R_HINT = 'n.ipynb needs an R kernel (ir). Installed here: python3. Install it in R with: IRkernel::installspec()';

test.each<[string, Given, string]>([
  ['R', { metadata: spec('ir', 'R'), kernels: PYTHON, hasIpykernel: true }, R_HINT],
  ['R, known by its kernel alone', { metadata: spec('ir'), kernels: PYTHON }, R_HINT],
  [
    'R, as jupytext names it',
    { metadata: { jupytext: { main_language: 'R' } }, kernels: PYTHON },
    'n.ipynb needs an R kernel. Installed here: python3.',
  ],
  [
    'Julia',
    { metadata: spec('julia-1.0'), kernels: {} },
    'n.ipynb needs a Julia kernel (julia-1.0). Installed here: no kernel. Install it in Julia with: using IJulia; installkernel("Julia")',
  ],
  [
    'a language that VS Code notes in the cells',
    { cells: [{ cell_type: 'code', source: '', metadata: { vscode: { languageId: 'csharp' } } }], kernels: PYTHON },
    'n.ipynb needs a Csharp kernel. Installed here: python3. Install it, or choose another kernel in the notebook.',
  ],
  ['no Python', { kernels: { ir: 'R' } }, 'Installed here: ir. Install it with: python3 -m pip install ipykernel'],
])('%s, and no kernel for it', (_name, given, sentence) => {
  const { status, kernel, said } = prepare([], given);
  expect({ status, kernel }).toEqual({ status: 1, kernel: '' });
  expect(said).toContain(sentence);
});

const code = (source: string, ...tags: string[]) => ({ cell_type: 'code', source, metadata: { tags }, outputs: [] });
const ALL = String.raw`{"i": 5, "f": 1.0, "inf": 1.0e+999, "t": true, "n": null, "s": "a\"b$c\n", "l": [1, {"k": -1.0e+999}]}`;

test.each([
  [
    spec('ir', 'R'),
    String.raw`i = 5
f = 1.0
inf = Inf
t = TRUE
n = NULL
s = "a\"b$c\n"
l = list(1, list("k" = -Inf))
`,
  ],
  [
    spec('julia-1.9', 'julia'),
    String.raw`i = 5
f = 1.0
inf = Inf
t = true
n = nothing
s = "a\"b\$c\n"
l = [1, Dict("k" => -Inf)]
`,
  ],
])('parameters in another language', (metadata, lines) => {
  const { after } = prepare(['--inject'], { metadata, cells: [code('lr = 1', 'parameters'), code('2')], params: ALL });
  expect(after.cells.map(({ source }) => source)).toEqual(['lr = 1', `# Parameters\n${lines}`, '2']);
});

test('a language whose parameters cannot be written: said, unless the notebook reads them itself', () => {
  const metadata = spec('bash', 'bash');
  const refused = prepare(['--inject'], { metadata, cells: [code('echo $lr')], params: '{"lr": 1}' });
  expect(refused).toMatchObject({
    status: 1,
    said: 'n.ipynb is in Bash, where only papermill sets parameters. Install it: pip install papermill',
  });
  const reads = { metadata, cells: [code('cat "$MYMLOPS_PARAMS"')], params: '{"lr": 1}' };
  expect(prepare(['--inject'], reads)).toMatchObject({ status: 0, said: '' });
});

const sources = (given: Given): string[] => prepare(['--inject'], given).after.cells.map(({ source }) => source);

test('the cell comes where papermill puts it: it replaces an earlier one, or comes after the tagged one, or on top', () => {
  const params = '{"lr": 0.5}';
  const set = '# Parameters\nlr = 0.5\n';
  const [before, tagged, old, after] = [
    code('1'),
    code('lr = 0', 'parameters'),
    code('x', 'injected-parameters'),
    code('2'),
  ];
  expect(sources({ cells: [before, tagged, after], params })).toEqual(['1', 'lr = 0', set, '2']);
  expect(sources({ cells: [tagged, after, old], params })).toEqual(['lr = 0', '2', set]);
  expect(sources({ cells: [before, after], params })).toEqual([set, '1', '2']);
  expect(sources({ cells: [before, tagged], params: '{}' })).toEqual(['1', 'lr = 0']);
  expect(sources({ cells: [before, tagged] })).toEqual(['1', 'lr = 0']);
});

test('the cell has an id where the format has them', () => {
  const ids = (minor: number) =>
    prepare(['--inject'], { params: '{"a": 1}', minor }).after.cells.map(({ id }) => typeof id);
  expect([ids(4), ids(5)]).toEqual([['undefined'], ['string']]);
});

test('without --inject the notebook stays as it is', () => {
  expect(prepare([], { cells: [code('1')], params: '{"a": 1}' }).after.cells).toHaveLength(1);
});

test('nbconvert executed no notebook whose kernel had no display name', () => {
  const { after } = prepare(['--inject'], { metadata: { kernelspec: { name: 'python3' } }, hasIpykernel: true });
  expect(after.metadata).toEqual({ kernelspec: { name: 'python3', display_name: 'python3' } });
});
