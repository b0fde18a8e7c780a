// Zones and machine types.
import { cpus } from 'node:os';
import { createCatalog, ZONES } from '../../../../deploy/local/compute/catalog';

const catalog = createCatalog();

test("this computer is a machine type, and Google's common names are accepted", () => {
  expect(catalog.machineType('this-computer')).toMatchObject({ guestCpus: cpus().length });
  expect(catalog.machineType('n1-standard-4')).toMatchObject({ guestCpus: 4, memoryMb: 15_360 });
  expect(catalog.machineType('n1-standard-5')).toBeUndefined();
});

test.each([
  ['custom-4-8192', 4, 8192],
  ['n2-custom-6-3072-ext', 6, 3072],
  ['e2-custom-2-1024', 2, 1024],
])('%s is made to measure, and in no list', (name, guestCpus, memoryMb) => {
  expect(catalog.machineType(name)).toMatchObject({ name, guestCpus, memoryMb, hasAccelerator: false });
  expect(catalog.machineTypes.map((type) => type.name)).not.toContain(name);
});

test.each(['custom', 'custom-4', 'n2-custom-4-', 'z9-custom-4-8192', 'n2-custom-a-8192'])(
  '%s is not a machine type',
  (name) => {
    expect(catalog.machineType(name)).toBeUndefined();
  },
);

test.each(['c3-highmem-8', 'c4-highmem-8', 'n4-highmem-4', 'n4-highcpu-4', 'f1-micro', 'g1-small', 'a3-megagpu-8g'])(
  '%s was not known',
  (name) => {
    expect(catalog.machineType(name)).toMatchObject({ name });
  },
);

test.each([
  ['a2-highgpu-1g', true],
  ['g2-standard-4', true],
  ['n1-standard-4', false],
  ['this-computer', false],
])('%s holds a GPU: %s', (name, hasAccelerator) => {
  expect(catalog.machineType(name)).toMatchObject({ hasAccelerator });
});

test('names and ids are unique, and names are sorted', () => {
  const names = catalog.machineTypes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(names);
  expect(new Set(catalog.machineTypes.map(({ id }) => id)).size).toBe(names.length);
  expect(ZONES).toHaveLength(3);
});
