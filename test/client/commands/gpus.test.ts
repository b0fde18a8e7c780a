// `gpus`: what it shows of an answer, and what it says beside it.
import type { GpuOffers } from '@mymlops/protocol';
import { showGpus, type GpusOptions } from '../../../client/src/commands/gpus';
import { testContext } from '../context';

const L4 = [{ type: 'nvidia-l4', count: 1 }];
const g2 = (vcpus: number, zones: string[]): GpuOffers['machineTypes'][number] => ({
  ...{ name: `g2-standard-${vcpus}`, vcpus, memoryMb: vcpus * 4096, gpus: L4, zones },
});

const OFFERS: GpuOffers = {
  ...{ v: 1, at: '2026-11-21T10:00:00.000Z', unlisted: ['europe-west4-c'], omitted: 0 },
  regions: ['europe-west4', 'europe-west6', 'us-east1'],
  accelerators: [
    { type: 'nvidia-l4', most: 8, zones: ['europe-west4-a', 'europe-west4-b', 'us-east1-d'] },
    { type: 'nvidia-next', most: 4, zones: ['us-east1-d'] },
    { type: 'nvidia-tesla-t4', most: 4, zones: ['europe-west4-b'] },
  ],
  machineTypes: [g2(12, ['us-east1-d']), g2(4, ['europe-west4-a', 'europe-west4-b', 'us-east1-d'])],
};

function show(options: GpusOptions & { isLocal?: boolean } = {}, offers = OFFERS) {
  const context = testContext();
  showGpus(context, offers, { isLocal: false, ...options });
  return { printed: context.printed(), said: context.said };
}

test('accelerators by zone, then the machine types that carry them, small ones first', () => {
  expect(show().printed).toBe(
    `ACCELERATOR      MEMORY  AT MOST  ZONES
nvidia-l4        24 GB   8        europe-west4-a,b us-east1-d
nvidia-next      -       4        us-east1-d
nvidia-tesla-t4  16 GB   4        europe-west4-b

MACHINE TYPE    GPUS         CPUS  MEMORY  GPU MEMORY  ZONES
g2-standard-4   1 nvidia-l4  4     16 GB   24 GB       europe-west4-a,b us-east1-d
g2-standard-12  1 nvidia-l4  12    48 GB   24 GB       us-east1-d

Attached to any machine type of the series N1, such as n1-standard-8: nvidia-tesla-t4
`,
  );
});

test('--region leaves the zones of others out', () => {
  const { printed, said } = show({ region: 'us-east1' });
  expect(printed).toContain('nvidia-l4    24 GB   8        us-east1-d\n');
  expect(printed).not.toContain('europe');
  expect(said).toEqual([]);
});

test('a zone that did not say what it has is named, where it counts', () => {
  expect(show({ region: 'europe-west4' }).said).toEqual([
    'These zones did not say what they have; ask again later: europe-west4-c',
  ]);
});

test('a region without accelerators: the regions that have some', () => {
  expect(show({ region: 'europe-west6' })).toEqual({
    printed: '',
    said: ['Region europe-west6 has no accelerators. Regions that have some: europe-west4, us-east1.'],
  });
});

test.each([
  ['europe-west5', 'Compute Engine has no region europe-west5. Did you mean --region europe-west4?'],
  ['us-east1-d', 'Compute Engine has no region us-east1-d. Did you mean --region us-east1?'],
  ['mars', 'Compute Engine has no region mars. Its regions: europe-west4, europe-west6, us-east1.'],
  ['', '--region is empty. Give a region, such as europe-west4, or leave it out.'],
])('no region %s', (region, message) => {
  expect(() => show({ region })).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});

test("a region of Google's is none of the local cloud", () => {
  expect(() => show({ region: 'us-east1', isLocal: true }, { ...OFFERS, regions: ['local'] })).toThrow(
    'The local cloud has no region us-east1. Its regions: local. For those of Google Cloud: --project ID',
  );
});

test("--json is one document; the local cloud's list says that it is one", () => {
  const { printed, said } = show({ json: true, isLocal: true, region: 'us-east1' });
  expect(JSON.parse(printed)).toEqual({
    ...{ at: OFFERS.at, region: 'us-east1', standIn: true, regions: OFFERS.regions, unlisted: [], omitted: 0 },
    accelerators: [
      { type: 'nvidia-l4', most: 8, zones: ['us-east1-d'], memoryGb: 24, attachesToN1: false },
      { type: 'nvidia-next', most: 4, zones: ['us-east1-d'], memoryGb: null, attachesToN1: false },
    ],
    machineTypes: [
      { ...g2(12, ['us-east1-d']), gpuMemoryGb: 24 },
      { ...g2(4, ['us-east1-d']), gpuMemoryGb: 24 },
    ],
  });
  expect(said).toEqual([
    'This is the list of the local cloud, which stands in for Compute Engine: a VM here has the GPUs of this computer.',
  ]);
});

test('what did not fit into the answer is counted', () => {
  expect(show({ region: 'us-east1' }, { ...OFFERS, omitted: 3 }).said).toEqual([
    '3 machine types are left out, as the list is too long.',
  ]);
});
