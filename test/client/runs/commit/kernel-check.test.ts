// A notebook whose kernel is not installed: refused before anything is sent, or said where somebody else may bring it.
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { planCommit } from '../../../../client/src/runs/commit/plan';
import { checkKernels } from '../../../../client/src/runs/commit/kernel-check';
import { locate } from '../../../parts';
import { testContext } from '../../context';
import { useTempFolders, writeFiles } from '../../temp-folder';

const TEMPLATES = join(__dirname, '../../../../client/dist/templates');
const tempFolder = useTempFolders();

interface Given {
  kernel?: object;
  /** Kernels that Jupyter lists: language and program by name. Undefined: no Jupyter, and no program for notebooks. */
  installed?: Record<string, [language: string, program: string]>;
  config?: string;
  command?: string;
  /** The runner is the user's own. */
  isOwn?: boolean;
  /** Something executes notebooks, and nobody lists kernels. */
  cannotList?: boolean;
}

const PYTHON: Record<string, [string, string]> = { python3: ['python', 'python3'] };
const IR = { name: 'ir', display_name: 'R', language: 'R' };

async function check({ kernel = IR, installed, config = '', command = './run.sh', isOwn, cannotList }: Given) {
  const folder = tempFolder();
  const bin = join(folder, 'bin');
  const script = (text: string): string => `#!/bin/sh\n${text}\n`;
  const listed = Object.entries(installed ?? {}).map(([name, [language, program]]) => [
    name,
    { resource_dir: '/x', spec: { argv: [program], language, display_name: name } },
  ]);
  const list = JSON.stringify({ kernelspecs: Object.fromEntries(listed) as object });
  writeFiles(folder, {
    'mymlops.yml': `project: local\ncommit:\n  command: ${command}\n${config}`,
    'n.ipynb': JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: kernel },
      cells: [{ cell_type: 'code', source: '1' }],
    }),
    ...((installed ?? cannotList) && { 'tools/papermill': script('exit 1') }),
    ...(installed && { 'tools/jupyter-kernelspec': script(`echo warned >&2; echo '${list}'`) }),
    'run.sh': script('true'),
  });
  if (!isOwn) copyFileSync(join(TEMPLATES, 'run.sh'), join(folder, 'run.sh'));
  mkdirSync(bin);
  for (const name of ['git', 'curl', 'bash', 'python3']) symlinkSync(locate(name) ?? '', join(bin, name));
  if (installed ?? cannotList) {
    // As pipx does it: what lists the kernels is beside the program that the link leads to.
    symlinkSync(join(folder, 'tools/papermill'), join(bin, 'papermill'));
    for (const name of installed ? ['papermill', 'jupyter-kernelspec'] : ['papermill']) {
      chmodSync(join(folder, 'tools', name), 0o755);
    }
  }
  const context = testContext({ env: { PATH: bin, HOME: folder }, cwd: folder, templates: TEMPLATES });
  const error = await checkKernels(context, planCommit(context, ['n.ipynb'], {})).catch((thrown: unknown) => thrown);
  return { said: context.said, refused: error instanceof Error ? error.message : error };
}

const REFUSAL =
  'n.ipynb needs an R kernel (ir). Installed here: python3. Install it in R with: IRkernel::installspec()';

test.each<[string, Given, string]>([
  ['R', { installed: PYTHON }, REFUSAL],
  [
    'Julia',
    { kernel: { name: 'julia-1.0' }, installed: PYTHON },
    'n.ipynb needs a Julia kernel (julia-1.0). Installed here: python3. Install it in Julia with: using IJulia; installkernel("Julia")',
  ],
  ['R, whose program was removed', { installed: { ...PYTHON, ir: ['R', '/gone/R'] } }, REFUSAL],
  [
    'nothing that executes notebooks',
    {},
    'n.ipynb needs an R kernel (ir). Neither papermill nor nbconvert is installed here. Run: pip install papermill. Install it in R with: IRkernel::installspec()',
  ],
])('a VM was made for a notebook whose kernel is not installed: %s', async (_name, given, refused) => {
  expect(await check(given)).toEqual({ said: [], refused });
});

test.each<[string, Given]>([
  ['Python is not looked for', { kernel: { name: 'python2' }, installed: {} }],
  ['its kernel is here', { installed: { ...PYTHON, ir: ['R', 'R'] } }],
  [
    'another one of its language is here',
    { kernel: { name: 'julia-1.0' }, installed: { 'julia-1.11': ['julia', 'j'] } },
  ],
  ['Jupyter cannot be asked: the run will tell', { cannotList: true }],
])('%s', async (_name, given) => {
  expect(await check(given)).toEqual({ said: [], refused: undefined });
});

test.each<[string, Given]>([
  ["the user's own run.sh", { isOwn: true }],
  ["the user's own command", { command: 'Rscript run.R' }],
  ['a setup', { config: '  setup: make kernel\n' }],
])('%s may bring the kernel: it is only said', async (_name, given) => {
  expect(await check({ installed: PYTHON, ...given })).toEqual({ said: [REFUSAL], refused: undefined });
});

test('on Google the image must have it', async () => {
  const folder = tempFolder();
  writeFiles(folder, {
    'mymlops.yml': 'project: my-project\ncommit: {command: ./run.sh}\n',
    'n.ipynb': JSON.stringify({
      nbformat: 4,
      metadata: { kernelspec: IR },
      cells: [{ cell_type: 'code', source: '1' }],
    }),
  });
  const context = testContext({ env: { PATH: process.env['PATH'], HOME: folder }, cwd: folder });
  await checkKernels(context, planCommit(context, ['n.ipynb'], {}));
  expect(context.said).toEqual([
    "n.ipynb needs an R kernel (ir). The VM's image must contain it, or `setup` must install it.",
  ]);
});
