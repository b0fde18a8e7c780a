// What the boot disk is made from, its size and its type.
import type { MachineSpec } from '@mymlops/protocol';
import { bootDisk } from '../../../functions/src/engine/vm/boot-disk';

const settings = {
  ...{ project: 'own', image: 'projects/own/global/images/family/mymlops', diskSizeGb: 50 },
  gpuImage: 'projects/own/global/images/family/driver',
};
const diskOf = (spec: Partial<MachineSpec>, machine = 'n1-standard-4') =>
  bootDisk({ provisioning: 'spot', ...spec }, { zone: 'z-a', machine }, settings);

test.each<[what: string, spec: Partial<MachineSpec>, disk: ReturnType<typeof bootDisk>]>([
  [
    "nothing is named: the deployment's image",
    {},
    { sourceImage: settings.image, diskSizeGb: '50', diskType: 'zones/z-a/diskTypes/pd-balanced' },
  ],
  [
    "an image of the deployment's project, which may be larger than the usual disk",
    { image: 'mine' },
    { sourceImage: 'projects/own/global/images/mine', diskType: 'zones/z-a/diskTypes/pd-balanced' },
  ],
  [
    'an image of another project',
    { image: 'projects/ml-images/global/images/family/f' },
    {
      sourceImage: 'projects/ml-images/global/images/family/f',
      diskSizeGb: '50',
      diskType: 'zones/z-a/diskTypes/pd-balanced',
    },
  ],
  [
    "a snapshot of the deployment's project, on the type of disk that snapshots get",
    { snapshot: 'base' },
    {
      sourceSnapshot: 'projects/own/global/snapshots/base',
      diskSizeGb: '50',
      diskType: 'zones/z-a/diskTypes/pd-ssd',
    },
  ],
  [
    'a snapshot of another project, with a type',
    { snapshot: 'projects/other/global/snapshots/s', disk: { type: 'pd-balanced' } },
    {
      sourceSnapshot: 'projects/other/global/snapshots/s',
      diskSizeGb: '50',
      diskType: 'zones/z-a/diskTypes/pd-balanced',
    },
  ],
  [
    'a size',
    { disk: { sizeGb: 200 } },
    { sourceImage: settings.image, diskSizeGb: '200', diskType: 'zones/z-a/diskTypes/pd-balanced' },
  ],
  [
    'a type',
    { disk: { type: 'pd-standard' } },
    { sourceImage: settings.image, diskSizeGb: '50', diskType: 'zones/z-a/diskTypes/pd-standard' },
  ],
  [
    'an image, a size and a type',
    { image: 'family/mine', disk: { sizeGb: 10, type: 'pd-ssd' } },
    {
      sourceImage: 'projects/own/global/images/family/mine',
      diskSizeGb: '10',
      diskType: 'zones/z-a/diskTypes/pd-ssd',
    },
  ],
])('%s', (_what, spec, disk) => {
  expect(diskOf(spec)).toStrictEqual(disk);
});

describe('a VM with a GPU starts from the image with the driver, unless the request names one', () => {
  const accelerator = { type: 'nvidia-tesla-t4', count: 1 };
  test.each<[machine: string, spec: Partial<MachineSpec>, source: object]>([
    ['n1-standard-4', { accelerator }, { sourceImage: settings.gpuImage }],
    ['g2-standard-4', {}, { sourceImage: settings.gpuImage }],
    ['a3-highgpu-8g', {}, { sourceImage: settings.gpuImage }],
    ['n1-standard-4', {}, { sourceImage: settings.image }],
    ['g2-standard-4', { image: 'mine' }, { sourceImage: 'projects/own/global/images/mine' }],
    ['g2-standard-4', { snapshot: 'mine' }, { sourceSnapshot: 'projects/own/global/snapshots/mine' }],
  ])('%s %j', (machine, spec, source) => {
    expect(diskOf(spec, machine)).toMatchObject(source);
  });
});

describe('a machine type without persistent disks gets Hyperdisk; for a snapshot, the others get pd-ssd', () => {
  test.each([
    ['a3-megagpu-8g', 'hyperdisk-balanced'],
    ['a3-ultragpu-8g', 'hyperdisk-balanced'],
    ['a3-highgpu-8g', 'pd-ssd'],
    ['a2-ultragpu-1g', 'pd-ssd'],
    ['a4-highgpu-8g', 'hyperdisk-balanced'],
    ['a4x-highgpu-4g', 'hyperdisk-balanced'],
    ['c4-standard-8', 'hyperdisk-balanced'],
    ['c4a-standard-8', 'hyperdisk-balanced'],
    ['c3-standard-8', 'pd-ssd'],
    ['g4-standard-48', 'hyperdisk-balanced'],
    ['g2-standard-4', 'pd-ssd'],
    ['h4d-standard-192', 'hyperdisk-balanced'],
    ['h3-standard-88', 'pd-ssd'],
    ['m4-megamem-28', 'hyperdisk-balanced'],
    ['m3-ultramem-32', 'pd-ssd'],
    ['n4-standard-2', 'hyperdisk-balanced'],
    ['n2-standard-2', 'pd-ssd'],
    ['x4-megamem-960-metal', 'hyperdisk-balanced'],
    ['z3-highmem-88', 'hyperdisk-balanced'],
    ['e2-medium', 'pd-ssd'],
    // Only the beginning of the name counts.
    ['custom-n4-c4', 'pd-ssd'],
  ])('%s: %s', (machine, type) => {
    expect(diskOf({ snapshot: 'base' }, machine).diskType).toBe(`zones/z-a/diskTypes/${type}`);
    const ofImage = type === 'pd-ssd' ? 'pd-balanced' : type;
    expect(diskOf({}, machine).diskType).toBe(`zones/z-a/diskTypes/${ofImage}`);
  });

  test('a type that is named stays', () => {
    expect(diskOf({ snapshot: 'base', disk: { type: 'pd-ssd' } }, 'c4-standard-8').diskType).toBe(
      'zones/z-a/diskTypes/pd-ssd',
    );
  });
});
