// Which zones offer a machine type, in a catalog that the test writes.
import {
  createOffers,
  rememberingZones,
  type Catalog,
  type Offering,
} from '../../../functions/src/google/compute/offers';

const KEPT_MS = 10 * 60_000;

/**
 * Zones with what they have: names of machine types and accelerators. A zone's status is UP unless said; one that is
 * `unlisted` does not say what it has.
 */
function catalogOf(zones: Record<string, { has: string[]; status?: string; unlisted?: true }>) {
  const asked: string[] = [];
  let nowMs = 0;
  const having = (name: string): Offering => ({
    found: Object.keys(zones).filter((zone) => !zones[zone]?.unlisted && zones[zone]?.has.includes(name)),
    unlisted: Object.keys(zones).filter((zone) => zones[zone]?.unlisted),
  });
  const answer = <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    return Promise.resolve(value);
  };
  const statuses = () => Object.entries(zones).map(([name, { status = 'UP' }]) => ({ name, status }));
  const catalog: Catalog = {
    zones: () => answer('zones', statuses()),
    withMachineType: (name) => answer(`machine type ${name}`, having(name)),
    withAccelerator: (name) => answer(`accelerator ${name}`, having(name)),
  };
  return { zones, catalog, asked, offers: createOffers(catalog, () => nowMs), at: (ms: number) => void (nowMs = ms) };
}

test('a zone that is down is left out, even if it has the machine type', async () => {
  const { offers } = catalogOf({ a: { has: ['e2'], status: 'DOWN' }, b: { has: ['e2'] }, c: { has: [] } });
  expect(await offers({ machineType: 'e2' })).toEqual({ zones: ['b', 'c'], offering: ['b'], away: ['a'] });
});

test('a zone that does not say what it has is away, unless it is known to lack the other part', async () => {
  const { offers } = catalogOf({
    a: { has: ['n1', 't4'], unlisted: true },
    b: { has: ['n1', 't4'] },
    c: { has: ['n1'] },
    d: { has: ['t4'], status: 'DOWN' },
  });
  const answer = await offers({ machineType: 'n1', accelerator: 't4' });
  expect(answer).toEqual({ zones: ['a', 'b', 'c'], offering: ['b'], away: ['a'] });
});

test('machine type and accelerator must be in the same zone, each by its exact name', async () => {
  const { offers, asked } = catalogOf({
    a: { has: ['n1-standard-8'] },
    b: { has: ['nvidia-tesla-t4'] },
    c: { has: ['n1-standard-8', 'nvidia-tesla-t4-vws'] },
    d: { has: ['n1-standard-8', 'nvidia-tesla-t4'] },
  });
  const { offering } = await offers({ machineType: 'n1-standard-8', accelerator: 'nvidia-tesla-t4' });
  expect(offering).toEqual(['d']);
  expect(asked.toSorted()).toEqual(['accelerator nvidia-tesla-t4', 'machine type n1-standard-8', 'zones']);
});

// Custom machine types are in no list: no zone would seem to offer them.
test.each(['custom-4-8192', 'n2-custom-4-8192', 'n2d-custom-2-16384-ext'])(
  '%s is not looked up',
  async (machineType) => {
    const { offers, asked } = catalogOf({ a: { has: [] }, b: { has: ['t4'] } });
    expect((await offers({ machineType })).offering).toEqual(['a', 'b']);
    expect(asked).toEqual(['zones']);
    expect((await offers({ machineType, accelerator: 't4' })).offering).toEqual(['b']);
  },
);

test('a type that is only called so is looked up', async () => {
  const { offers } = catalogOf({ a: { has: [] } });
  expect((await offers({ machineType: 'customary-4' })).offering).toEqual([]);
});

describe('an answer', () => {
  test('is kept for ten minutes and no longer', async () => {
    const { zones, offers, asked, at } = catalogOf({ a: { has: ['e2'] }, b: { has: [] } });
    const first = await offers({ machineType: 'e2' });
    zones['b']?.has.push('e2');
    at(KEPT_MS - 1);
    expect(await offers({ machineType: 'e2' })).toEqual(first);
    expect(asked).toHaveLength(2);
    at(KEPT_MS);
    expect((await offers({ machineType: 'e2' })).offering).toEqual(['a', 'b']);
  });

  test('is kept for a minute while a zone is away', async () => {
    const { zones, offers, at } = catalogOf({ a: { has: ['e2'] }, b: { has: ['e2'], unlisted: true } });
    const first = await offers({ machineType: 'e2' });
    delete zones['b']?.unlisted;
    at(60_000 - 1);
    expect(await offers({ machineType: 'e2' })).toEqual(first);
    at(60_000);
    expect(await offers({ machineType: 'e2' })).toEqual({ zones: ['a', 'b'], offering: ['a', 'b'], away: [] });
  });

  test('is that of its machine type with its accelerator', async () => {
    const { offers } = catalogOf({ a: { has: ['e2'] }, b: { has: ['e2', 't4'] }, c: { has: ['n1'] } });
    const asked = [{ machineType: 'e2' }, { machineType: 'e2', accelerator: 't4' }, { machineType: 'n1' }];
    const found: string[][] = [];
    for (const machine of [...asked, ...asked]) found.push((await offers(machine)).offering);
    expect(found.slice(0, 3)).toEqual([['a', 'b'], ['b'], ['c']]);
    expect(found.slice(3)).toEqual(found.slice(0, 3));
  });

  test('that is empty is not kept: a zone may come back the next moment', async () => {
    const { zones, offers } = catalogOf({ a: { has: ['e2'], status: 'DOWN' } });
    expect(await offers({ machineType: 'e2' })).toEqual({ zones: [], offering: [], away: ['a'] });
    zones['a'] = { has: ['e2'] };
    expect((await offers({ machineType: 'e2' })).offering).toEqual(['a']);
  });

  test('that failed is not kept', async () => {
    const { catalog, offers } = catalogOf({ a: { has: ['e2'] } });
    const { zones } = catalog;
    catalog.zones = () => Promise.reject(new Error('503'));
    await expect(offers({ machineType: 'e2' })).rejects.toThrow('503');
    catalog.zones = zones;
    expect((await offers({ machineType: 'e2' })).offering).toEqual(['a']);
  });
});

test('zones are read every ten minutes, whoever asks; a failure is not kept', async () => {
  const { catalog, asked } = catalogOf({ a: { has: [] } });
  let nowMs = 0;
  let fails = true;
  const failing: Catalog = {
    ...catalog,
    zones: () => (fails ? Promise.reject(new Error('503')) : catalog.zones()),
  };
  const { zones } = rememberingZones(failing, () => nowMs);
  await expect(zones()).rejects.toThrow('503');
  fails = false;
  const reads: number[] = [];
  for (const ms of [0, KEPT_MS - 1, KEPT_MS]) {
    nowMs = ms;
    expect(await zones()).toEqual([{ name: 'a', status: 'UP' }]);
    reads.push(asked.length);
  }
  expect(reads).toEqual([1, 1, 2]);
});
