// Whether a VM has a GPU.
import { gpuMemoryGb, hasGpu } from '@mymlops/protocol';

test.each([
  ['e2-standard-4', false],
  ['n1-standard-4', false],
  ['this-computer', false],
  // The predecessor of e2-small has a name as those with GPUs.
  ['g1-small', false],
  ['a2-highgpu-1g', true],
  ['a3-megagpu-8g', true],
  ['a4x-highgpu-4g', true],
  ['g2-standard-4', true],
  ['g4-standard-48', true],
  [undefined, false],
])('%s: %s', (machineType, has) => {
  expect(hasGpu(machineType, {})).toBe(has);
  expect(hasGpu(machineType, { accelerator: { type: 'nvidia-l4', count: 1 } })).toBe(true);
});

test.each([
  ['nvidia-l4', 24],
  ['nvidia-l4-vws', 24],
  ['nvidia-tesla-t4', 16],
  ['nvidia-a100-80gb', 80],
  ['nvidia-of-tomorrow', undefined],
])('memory of one %s: %s', (type, gb) => {
  expect(gpuMemoryGb(type)).toBe(gb);
});
