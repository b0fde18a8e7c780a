// Lists in pages, of zones that may not answer. What is shown exists; what is not shown may exist.
import { refusal, scripted, type Call } from './harness';

const unreachable = { warning: { code: 'UNREACHABLE', message: 'the zone did not answer' } };
const nothing = { warning: { code: 'NO_RESULTS_ON_PAGE', message: 'There are no results for scope on this page.' } };
const vm = (name: string, zone: string) => ({ id: '7', name, zone: `https://c/zones/${zone}`, status: 'RUNNING' });

const paramsOf = ({ path }: Call): URLSearchParams => new URL(path, 'http://h').searchParams;
const pathOf = ({ path }: Call): string => path.split('?')[0] ?? '';

const ZONES: [number, object] = [200, { items: ['a', 'b'].map((name) => ({ name, status: 'UP' })) }];
const isAggregated = (call: Call): boolean => pathOf(call).startsWith('/aggregated/');

/** As Google answers while zone b is out: a caller that cannot take a part gets nothing. */
const partial =
  (items: (call: Call) => Record<string, object>) =>
  (call: Call): [number, object] => {
    if (!isAggregated(call)) return ZONES;
    if (paramsOf(call).get('returnPartialSuccess') !== 'true') return refusal(503, 'backendError', 'zone b is out');
    return [200, { items: items(call), unreachables: ['zones/b'] }];
  };

test('a zone that is out hides the VMs and disks of no other', async () => {
  const { cloud, close } = await scripted(
    partial((call) => ({
      'zones/a': pathOf(call).endsWith('/instances') ? { instances: [vm('one', 'a')] } : nothing,
      'zones/b': unreachable,
    })),
  );
  try {
    const { vms, disks, gaps } = await cloud.list();
    expect([vms.map(({ name }) => name), disks]).toEqual([['one'], []]);
    expect(gaps.map(({ zone }) => zone)).toEqual(['b', 'b']);
  } finally {
    close();
  }
});

test('a zone goes out between two pages: what the first one showed is listed, and the zone is a gap', async () => {
  const { cloud, calls, close } = await scripted((call) => {
    if (!isAggregated(call)) return ZONES;
    if (pathOf(call).endsWith('/disks')) return [200, { items: { 'zones/a': nothing, 'zones/b': nothing } }];
    return paramsOf(call).get('pageToken') === null
      ? [200, { items: { 'zones/a': nothing, 'zones/b': { instances: [vm('one', 'b')] } }, nextPageToken: 'next' }]
      : [200, { items: { 'zones/a': { instances: [vm('two', 'a')] }, 'zones/b': unreachable } }];
  });
  try {
    const { vms, gaps } = await cloud.list();
    expect(vms.map(({ name, zone }) => `${zone}/${name}`)).toEqual(['b/one', 'a/two']);
    expect(gaps.map(({ zone }) => zone)).toEqual(['b']);
    expect(calls.filter(isAggregated).every((call) => paramsOf(call).get('returnPartialSuccess') === 'true')).toBe(
      true,
    );
  } finally {
    close();
  }
});

test.each([
  [503, 'backendError'],
  [403, 'rateLimitExceeded'],
  [400, 'invalid'],
])('a second page that fails with %d %s leaves no list', async (status, reason) => {
  const { cloud, close } = await scripted((call) => {
    if (paramsOf(call).get('pageToken') !== null) return refusal(status, reason, 'the second page');
    if (pathOf(call).endsWith('/zones')) return ZONES;
    const items = pathOf(call).endsWith('/operations') ? [{ operationType: 'insert' }] : { 'zones/a': nothing };
    return [200, { items, nextPageToken: 'next' }];
  });
  try {
    await expect(cloud.list()).rejects.toThrow('the second page');
    await expect(cloud.operationsOn('a', 'one')).rejects.toThrow('the second page');
  } finally {
    close();
  }
});

test('a zone that does not say what it offers is away, and offers nothing meanwhile', async () => {
  const { cloud, close } = await scripted(
    partial(() => ({ 'zones/a': { machineTypes: [{ name: 'e2' }] }, 'zones/b': unreachable })),
  );
  try {
    expect(await cloud.offers({ machineType: 'e2' })).toEqual({ zones: ['a', 'b'], offering: ['a'], away: ['b'] });
  } finally {
    close();
  }
});
