// The list of GPUs stays below the size of a document.
import { readGpuOffers } from '../../functions/src/sweep/gpu-offers';
import type { ComputeCatalog } from '../../functions/src/ports/compute-catalog';

const ZONES = Array.from({ length: 200 }, (_, at) => `asia-southeast${Math.floor(at / 4)}-${'abcd'[at % 4]}`);

/** `count` machine types in each of 200 zones, as Google might have one day. */
const catalogWith = (count: number): ComputeCatalog =>
  ({
    zones: () => Promise.resolve(ZONES),
    acceleratorTypes: () =>
      Promise.resolve({ found: ZONES.map((zone) => ({ type: 'nvidia-next', most: 8, zone })), unlisted: [] }),
    machineTypesWithGpus: () =>
      Promise.resolve({
        found: Array.from({ length: count }, (_, at) => `a9-highgpu-${at}g`).flatMap((name) =>
          ZONES.map((zone) => ({ name, vcpus: 8, memoryMb: 8192, gpus: [{ type: 'nvidia-next', count: 1 }], zone })),
        ),
        unlisted: ['asia-southeast1-a', 'asia-southeast1-a'],
      }),
  }) as unknown as ComputeCatalog;

test('ten times the machine types of today: some are left out, and the answer says how many', async () => {
  const offers = await readGpuOffers(catalogWith(600), 0);
  expect(JSON.stringify(offers).length).toBeLessThan(900_000);
  expect(offers.machineTypes.length + offers.omitted).toBe(600);
  expect(offers.omitted).toBeGreaterThan(0);
});

test('those of today are all there; a zone that does not say all is named once', async () => {
  const offers = await readGpuOffers(catalogWith(60), 0);
  expect(offers).toMatchObject({ omitted: 0, unlisted: ['asia-southeast1-a'] });
  expect(offers.machineTypes).toHaveLength(60);
});
