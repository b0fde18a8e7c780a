// Zones, machine types and GPUs that Compute Engine offers, on the stand-in, and on a server that answers as Google would.
import { openCatalogAt } from './catalog-harness';
import { refusal, scripted, standIn, type Call } from './harness';

const paramsOf = ({ path }: Call): URLSearchParams => new URL(path, 'http://h').searchParams;
const pathOf = ({ path }: Call): string => path.split('?')[0] ?? '';

describe('on the stand-in', () => {
  let google: Awaited<ReturnType<typeof standIn>>;
  beforeAll(async () => (google = await standIn()));
  afterAll(() => google.close());

  test('machine types with GPUs, by zone; those without are in no list', async () => {
    const { found, unlisted } = await openCatalogAt(google.address()).machineTypesWithGpus();
    const inOne = found.filter(({ zone }) => zone === 'local-a');
    const named = (wanted: string) => inOne.find(({ name }) => name === wanted);
    expect(named('g2-standard-24')).toEqual({
      ...{ name: 'g2-standard-24', vcpus: 24, memoryMb: 98304, zone: 'local-a' },
      gpus: [{ type: 'nvidia-l4', count: 2 }],
    });
    expect(named('a2-highgpu-4g')?.gpus).toEqual([{ type: 'nvidia-tesla-a100', count: 4 }]);
    // Its name begins as those of the series with GPUs.
    expect(named('g1-small')).toBeUndefined();
    expect([named('n1-standard-8'), unlisted]).toEqual([undefined, []]);
  });

  test('accelerators, by zone', async () => {
    const { found } = await openCatalogAt(google.address()).acceleratorTypes();
    expect(found).toContainEqual({ type: 'nvidia-l4', most: 16, zone: 'local-b' });
  });

  test('facts of one machine type, of one to measure, and of none', async () => {
    const catalog = openCatalogAt(google.address());
    expect(await catalog.machineType('local-a', 'custom-4-8192')).toMatchObject({ vcpus: 4, memoryMb: 8192, gpus: [] });
    expect(await catalog.machineType('local-a', 'g2-standard-4')).toMatchObject({
      gpus: [{ type: 'nvidia-l4', count: 1 }],
    });
    expect(await catalog.machineType('local-a', 'n9-standard-4')).toBeUndefined();
  });

  test.each([
    ['projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64', true],
    ['projects/debian-cloud/global/images/debian-12-bookworm-v20261110', true],
    ['projects/ubuntu-os-cloud/global/images/family/ubuntu-2604-lts', false],
    ['projects/local/global/images/mine', false],
    ['projects/local/global/images/family/mine', false],
    ['projects/local/global/snapshots/mine', false],
  ])('%s exists: %s', async (path, exists) => {
    expect(await openCatalogAt(google.address()).hasBootSource(path)).toBe(exists);
  });

  test('this computer has a region and no quotas', async () => {
    const quotas = await openCatalogAt(google.address()).quotas();
    expect(quotas).toEqual({ ofProject: [], ofRegions: [{ region: 'local', quotas: [] }] });
  });
});

const zoneUrl = (type: string): string =>
  `https://www.googleapis.com/compute/v1/projects/p/zones/a/acceleratorTypes/${type}`;

test('the list of machine types asks for the series with GPUs only, in all zones; a zone that is out is named', async () => {
  const { address, calls, close } = await scripted(() => [
    200,
    {
      items: {
        'zones/a': {
          machineTypes: [
            {
              ...{ name: 'g2-standard-4', guestCpus: 4, memoryMb: 16384 },
              accelerators: [{ guestAcceleratorType: zoneUrl('nvidia-l4'), guestAcceleratorCount: 1 }],
            },
            { name: 'g1-small', guestCpus: 1, memoryMb: 1740 },
          ],
        },
        'zones/b': { warning: { code: 'UNREACHABLE', message: 'the zone did not answer' } },
        'zones/c': { warning: { code: 'NO_RESULTS_ON_PAGE', message: 'none' } },
      },
    },
  ]);
  try {
    expect(await openCatalogAt(address).machineTypesWithGpus()).toEqual({
      found: [{ name: 'g2-standard-4', vcpus: 4, memoryMb: 16384, gpus: [{ type: 'nvidia-l4', count: 1 }], zone: 'a' }],
      unlisted: ['b'],
    });
    const [call] = calls;
    const { filter, returnPartialSuccess } = Object.fromEntries(call ? paramsOf(call) : []);
    expect([filter, returnPartialSuccess]).toEqual(['name eq "[ag][0-9].*"', 'true']);
  } finally {
    close();
  }
});

test("a family is looked for as one; another project's refusal leaves it open, the own project's is an error", async () => {
  const { address, calls, close } = await scripted(() => refusal(403, 'forbidden', 'Required permission'));
  try {
    const catalog = openCatalogAt(address);
    expect(await catalog.hasBootSource('projects/other/global/images/family/f')).toBeUndefined();
    expect(pathOf(calls[0] ?? { method: '', path: '', body: '' })).toMatch(
      /\/projects\/other\/global\/images\/family\/f$/,
    );
    await expect(catalog.hasBootSource('projects/local/global/images/i')).rejects.toThrow('Required permission');
  } finally {
    close();
  }
});

test('quotas of the project and of each region', async () => {
  const quota = (metric: string, limit: number) => ({ metric, limit, usage: 1 });
  const { address, close } = await scripted((call) =>
    pathOf(call).endsWith('/regions')
      ? [200, { items: [{ name: 'eu', quotas: [quota('NVIDIA_L4_GPUS', 2)] }, { name: 'us' }] }]
      : [200, { quotas: [quota('GPUS_ALL_REGIONS', 0)] }],
  );
  try {
    expect(await openCatalogAt(address).quotas()).toEqual({
      ofProject: [quota('GPUS_ALL_REGIONS', 0)],
      ofRegions: [
        { region: 'eu', quotas: [quota('NVIDIA_L4_GPUS', 2)] },
        { region: 'us', quotas: [] },
      ],
    });
  } finally {
    close();
  }
});
