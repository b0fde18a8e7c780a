// The base of an image, the VM that builds it, and by what two builds are compared.
import type { MachineConfig } from '../../../client/src/config/schema-machine';
import { type BaseChoice, type BuildMachine, buildMachineOf } from '../../../client/src/images/base';
import { contentOf } from '../../../client/src/images/content';

const TARGET = { project: 'my-project', deployment: 'mymlops' };

const choose = (choice: Partial<BaseChoice>): BuildMachine =>
  JSON.parse(JSON.stringify(buildMachineOf({ target: TARGET, name: 'torch', ...choice }))) as BuildMachine;

const STANDARD = { provisioning: 'standard' };
const USUAL = { machine: STANDARD };
const FOR_GPU = { machine: STANDARD, gpuImage: true };
const NOTICE = (image: string, usual: string) =>
  `The profile starts from ${image}, which this builds anew: the base is ${usual}.`;
const T4: MachineConfig = { machine_type: 'n1-standard-4', accelerator: 'nvidia-tesla-t4', provisioning: 'spot' };

test.each<[what: string, choice: Partial<BaseChoice>, machine: object]>([
  ['nothing', {}, USUAL],
  ['--gpu', { gpu: true }, FOR_GPU],
  ['--base-image', { baseImage: 'family/other' }, { machine: { ...STANDARD, image: 'family/other' } }],
  ['--disk', { diskGb: 200 }, { machine: { ...STANDARD, disk: { sizeGb: 200 } } }],
  ['--machine-type', { machineType: 'e2-standard-8' }, { machine: { ...STANDARD, machineType: 'e2-standard-8' } }],
  [
    'a machine type with a GPU: the setup needs one',
    { machineType: 'g2-standard-4' },
    { machine: { ...STANDARD, machineType: 'g2-standard-4' }, gpuImage: true },
  ],
  [
    'a profile',
    {
      profile: {
        ...{
          machine_type: 'e2-standard-8',
          zone_regex: 'europe-',
          disk: { size: 50, type: 'pd-ssd' },
          provisioning: 'spot',
        },
        service_account: 'a@b.iam.gserviceaccount.com',
      },
    },
    {
      machine: {
        ...{ ...STANDARD, machineType: 'e2-standard-8', zoneRegex: 'europe-', disk: { sizeGb: 50, type: 'pd-ssd' } },
        serviceAccount: 'a@b.iam.gserviceaccount.com',
      },
    },
  ],
  [
    'a profile with a GPU: it is left out, its image is not',
    { profile: T4 },
    { ...FOR_GPU, machine: { ...STANDARD, machineType: 'n1-standard-4' } },
  ],
  ['a profile whose machine type includes a GPU', { profile: { machine_type: 'g2-standard-4' } }, FOR_GPU],
  [
    'a profile with a GPU and an image',
    { profile: { ...T4, image: 'family/theirs' } },
    { machine: { ...STANDARD, machineType: 'n1-standard-4', image: 'family/theirs' } },
  ],
  ['a profile with a snapshot', { profile: { snapshot: 'snap' } }, { machine: { ...STANDARD, snapshot: 'snap' } }],
  [
    '--base-image replaces the snapshot of a profile',
    { profile: { snapshot: 'snap' }, baseImage: 'b' },
    { machine: { ...STANDARD, image: 'b' } },
  ],
  [
    'options before the profile',
    {
      profile: { machine_type: 'e2-standard-8', disk: { size: 50, type: 'pd-ssd' } },
      machineType: 'e2-highmem-8',
      diskGb: 60,
    },
    { machine: { ...STANDARD, machineType: 'e2-highmem-8', disk: { sizeGb: 60, type: 'pd-ssd' } } },
  ],
  [
    'the profile that runs on the image: each build would lie on the one before it',
    { profile: { image: 'family/mymlops-torch' } },
    { ...USUAL, notice: NOTICE('family/mymlops-torch', "the deployment's image") },
  ],
  [
    'the same with a GPU and a path',
    { profile: { ...T4, image: 'projects/my-project/global/images/mymlops-torch-20260101-000000-aaaa' } },
    {
      ...{ machine: { ...STANDARD, machineType: 'n1-standard-4' }, gpuImage: true },
      notice: NOTICE(
        'projects/my-project/global/images/mymlops-torch-20260101-000000-aaaa',
        "the deployment's image for GPUs",
      ),
    },
  ],
  [
    'the same family of another project',
    { profile: { image: 'projects/other/global/images/family/mymlops-torch' } },
    { machine: { ...STANDARD, image: 'projects/other/global/images/family/mymlops-torch' } },
  ],
  [
    'a family whose name begins alike',
    { profile: { image: 'family/mymlops-torch-2' } },
    { machine: { ...STANDARD, image: 'family/mymlops-torch-2' } },
  ],
  [
    '--base-image may name the own family',
    { profile: { image: 'family/mymlops-torch' }, baseImage: 'family/mymlops-torch' },
    { machine: { ...STANDARD, image: 'family/mymlops-torch' } },
  ],
])('%s', (_what, choice, machine) => {
  expect(choose(choice)).toEqual(machine);
});

const BUILD: Parameters<typeof contentOf>[0] = { setup: 'true', machine: { provisioning: 'standard' } };

test('equal builds have equal contents, whatever makes them faster or in which order they name secrets', () => {
  const equal: (typeof BUILD)[] = [
    { ...BUILD, secrets: ['B', 'A'] },
    { ...BUILD, secrets: ['A', 'B'], machine: { provisioning: 'spot', machineType: 'e2-standard-8', zoneRegex: 'eu' } },
  ];
  expect(new Set(equal.map(contentOf)).size).toBe(1);
  expect(contentOf(BUILD)).toMatch(/^[0-9a-f]{64}$/);
});

test('what an image follows from makes another content', () => {
  const machine = BUILD.machine;
  const others: (typeof BUILD)[] = [
    BUILD,
    { ...BUILD, setup: 'false' },
    { ...BUILD, secrets: ['A'] },
    { ...BUILD, gpuImage: true },
    { ...BUILD, machine: { ...machine, image: 'x' } },
    { ...BUILD, machine: { ...machine, snapshot: 'x' } },
    { ...BUILD, machine: { ...machine, disk: { sizeGb: 50 } } },
    { ...BUILD, machine: { ...machine, disk: { type: 'pd-ssd' } } },
  ];
  expect(new Set(others.map(contentOf)).size).toBe(others.length);
});
