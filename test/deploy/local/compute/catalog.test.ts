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
