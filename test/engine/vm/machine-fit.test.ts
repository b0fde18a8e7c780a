// A machine type and a GPU, as Google would take or refuse them, and the memory of both.
import type { MachineFacts } from '@mymlops/protocol';
import { fitProblems } from '../../../functions/src/engine/vm/machine-fit';

const facts = (name: string, memoryGb: number, ...gpus: [type: string, count: number][]): MachineFacts => ({
  ...{ name, vcpus: Number(/-(\d+)/.exec(name)?.[1] ?? 1), memoryMb: memoryGb * 1024 },
  gpus: gpus.map(([type, count]) => ({ type, count })),
});

const N1 = facts('n1-standard-8', 30);
const G2 = facts('g2-standard-8', 32, ['nvidia-l4', 1]);
const A2 = facts('a2-highgpu-2g', 170, ['nvidia-tesla-a100', 2]);

type Accelerator = [type: string, count: number] | undefined;

test.each<[what: string, machine: MachineFacts, accelerator: Accelerator, problem: string | undefined]>([
  ['no GPU', N1, undefined, undefined],
  ['a GPU that is attached to N1', N1, ['nvidia-tesla-t4', 1], undefined],
  ['two of them', N1, ['nvidia-tesla-t4', 2], '30 GB of memory for 32 GB of GPU memory'],
  ['three of them', N1, ['nvidia-tesla-t4', 3], 'asks for 3 GPUs of type nvidia-tesla-t4'],
  [
    'more of them than a VM can have',
    facts('n1-standard-64', 240),
    ['nvidia-tesla-t4', 8],
    'asks for 8 GPUs of type nvidia-tesla-t4',
  ],
  ['as many of another GPU', facts('n1-standard-96', 360), ['nvidia-tesla-v100', 8], undefined],
  ['as many virtual CPUs as a GPU takes', facts('n1-highcpu-16', 30), ['nvidia-tesla-p100', 1], undefined],
  [
    'too many virtual CPUs for a GPU',
    facts('n1-standard-16', 60),
    ['nvidia-tesla-v100', 1],
    'asks for 1 nvidia-tesla-v100, with which a VM has at most 12 virtual CPUs, and n1-standard-16 has 16',
  ],
  ['as many for two of them', facts('n1-standard-16', 60), ['nvidia-tesla-v100', 2], undefined],
  [
    'the workstation of a GPU',
    facts('n1-standard-32', 120),
    ['nvidia-tesla-p4-vws', 1],
    'with which a VM has at most 24 virtual CPUs',
  ],
  ['N1 to measure', facts('custom-4-20480', 20), ['nvidia-tesla-p4', 1], undefined],
  ['a T4 on E2', facts('e2-standard-8', 32), ['nvidia-tesla-t4', 1], 'series N1, and not to e2-standard-8'],
  ['an L4 on N1', N1, ['nvidia-l4', 1], 'comes with machine types of its own, and not with n1-standard-8'],
  ['its own GPU', G2, undefined, undefined],
  ['its own GPU, named', G2, ['nvidia-l4', 1], undefined],
  ['its own GPU as a workstation', G2, ['nvidia-l4-vws', 1], undefined],
  [
    'more of its own GPU',
    G2,
    ['nvidia-l4', 2],
    'asks for 2 nvidia-l4, and the machine type g2-standard-8 comes with 1',
  ],
  ['another GPU', A2, ['nvidia-l4', 2], 'comes with 2 nvidia-tesla-a100'],
  ['less memory than its GPU', facts('g2-standard-4', 16, ['nvidia-l4', 1]), undefined, '16 GB of memory for 24 GB'],
  ['GPUs together', A2, undefined, undefined],
  ['far more memory', facts('n1-highmem-32', 208), ['nvidia-tesla-t4', 1], 'more than most notebooks can use'],
  ['a GPU of unknown size', facts('a9-mega-1g', 1, ['nvidia-next', 1]), undefined, undefined],
])('%s', (_what, machine, accelerator, problem) => {
  const [type = '', count = 0] = accelerator ?? [];
  const found = fitProblems(accelerator ? { accelerator: { type, count } } : {}, machine);
  const sentences = found.map(({ problem }) => problem);
  expect(sentences).toEqual(problem === undefined ? [] : [expect.stringContaining(problem)]);
});

test('memory is a warning, and what Google would refuse is an error', () => {
  const severity = (accelerator: { type: string; count: number }): (string | undefined)[] =>
    fitProblems({ accelerator }, N1).map((one) => one.severity);
  expect(severity({ type: 'nvidia-tesla-t4', count: 2 })).toEqual(['warning']);
  expect(severity({ type: 'nvidia-l4', count: 1 })).toEqual(['error']);
});

test.each([
  ['nvidia-tesla-t4', 8, 'n1-standard-64', 'A VM has 1, 2, 4 of them'],
  [
    'nvidia-tesla-v100',
    1,
    'n1-standard-16',
    'Choose at most 12 virtual CPUs, such as n1-standard-8, or 2 of these GPUs',
  ],
  [
    'nvidia-tesla-p4',
    1,
    'n1-standard-96',
    'Choose at most 24 virtual CPUs, such as n1-standard-16, or 4 of these GPUs',
  ],
])('the remedy for %s x %i with %s', (type, count, machine, remedy) => {
  expect(fitProblems({ accelerator: { type, count } }, facts(machine, 60))).toEqual([
    expect.objectContaining({ severity: 'error', remedy }),
  ]);
});
