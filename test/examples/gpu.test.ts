// examples/gpu: its file is valid, and its notebook runs, here with a stand-in for torch.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCli } from '../../client/src/cli/program';
import { requireProjectConfig } from '../../client/src/config/project-config';
import { resolveCommit } from '../../client/src/config/resolve-commit';
import { createCatalog } from '../../deploy/local/compute/catalog';
import { fitProblems } from '../../functions/src/engine/vm/machine-fit';
import { hasGpu } from '@mymlops/protocol';
import { testContext } from '../client/context';
import { useTempFolders, writeFiles } from '../client/temp-folder';
import { testWith } from '../parts';

const EXAMPLE = resolve(__dirname, '../../examples/gpu');
const tempFolder = useTempFolders();

/** A torch that counts in plain numbers; its GPU is at hand unless NO_GPU is set. */
const TORCH = `import os, types
float32 = bfloat16 = None
class Matrix:
    def __matmul__(self, other): return self
def randn(*size, device, dtype): return Matrix()
version = types.SimpleNamespace(cuda='12.9')
cuda = types.SimpleNamespace(is_available=lambda: 'NO_GPU' not in os.environ, get_device_name=lambda: 'NVIDIA L4', synchronize=lambda: None)
`;

test('validate finds no mistake, and the VM has a GPU', async () => {
  const context = testContext({ cwd: EXAMPLE });
  expect(await runCli(['validate'], context)).toBe(0);
  expect(context.printed()).toContain('project my-project (Google Cloud)');
  const commit = resolveCommit(requireProjectConfig(EXAMPLE, {}).config);
  expect(hasGpu(commit?.instance?.machine_type, {})).toBe(true);
});

test('its VM has memory for a model that fills the GPU: validate --remote warns of nothing', () => {
  const { machine_type: name = '' } = resolveCommit(requireProjectConfig(EXAMPLE, {}).config)?.instance ?? {};
  const { guestCpus: vcpus = 0, memoryMb = 0, accelerators = [] } = createCatalog().machineType(name) ?? {};
  expect(accelerators).toEqual([{ type: 'nvidia-l4', count: 1 }]);
  expect(fitProblems({}, { name, vcpus, memoryMb, gpus: [...accelerators] })).toEqual([]);
});

const PAPERMILL = 'pip install papermill ipykernel';
testWith('papermill', PAPERMILL)('the notebook writes its metrics, with the parameters of the run', async () => {
  const { folder, status } = execute({ MYMLOPS_PARAMS: '{"repeats": 3}' });
  expect(status).toBe(0);
  const metrics = JSON.parse(readFileSync(join(folder, 'notebooks/metrics.json'), 'utf8')) as object;
  expect(Object.keys(metrics)).toEqual(['teraflops_32_bits', 'teraflops_16_bits']);
  expect(readFileSync(join(folder, 'notebooks/matrices.ipynb'), 'utf8')).toContain('repeats = 3');
});

testWith('papermill', PAPERMILL)('without a GPU it fails, and says so', async () => {
  const { status, said } = execute({ NO_GPU: '1' });
  expect({ failed: status !== 0, said }).toEqual({
    failed: true,
    said: expect.stringContaining('This VM has no GPU that torch can use.'),
  });
});

function execute(environment: Record<string, string>): { folder: string; status: number | null; said: string } {
  const folder = tempFolder();
  cpSync(EXAMPLE, folder, { recursive: true });
  writeFiles(folder, { 'modules/torch.py': TORCH });
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PYTHONPATH: join(folder, 'modules'), ...environment };
  const { status, stdout, stderr } = spawnSync('./run.sh', ['notebooks/matrices.ipynb'], {
    ...{ cwd: folder, env, encoding: 'utf8' },
  });
  return { folder, status, said: stdout + stderr };
}
