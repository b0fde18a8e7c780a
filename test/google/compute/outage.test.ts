// An outage of one zone, as the adapters see it: on the stand-in, which fails the whole list unless the call accepts a part.
import type { Compute } from '../../../functions/src/ports/compute';
import { aBody, makeVm, standIn, ZONE } from './harness';

let down: string[] = [];
let google: Awaited<ReturnType<typeof standIn>>;
let cloud: Compute;
beforeAll(async () => {
  google = await standIn({ faults: { zonesDown: () => down } });
  cloud = google.open();
  await makeVm(cloud, aBody('here'));
});
beforeEach(() => void (down = []));
afterAll(() => google.close());

test('the other zones are listed, and the one that is missing is named', async () => {
  down = ['local-b'];
  const { vms, disks, gaps } = await cloud.list();
  expect([vms, disks].map((found) => found.map(({ name }) => name))).toEqual([['here'], []]);
  expect(gaps.map(({ zone }) => zone)).toEqual(['local-b', 'local-b']);
  expect(gaps[0]?.cause).toBe("VMs of zones/local-b were not listed: UNREACHABLE The zone 'local-b' did not answer.");
});

test('what was in the zone that is down is not shown as gone', async () => {
  down = [ZONE];
  const { vms, gaps } = await cloud.list();
  expect(vms).toEqual([]);
  expect(gaps.map(({ zone }) => zone)).toContain(ZONE);
  await expect(cloud.get(ZONE, 'here')).rejects.toMatchObject({ code: 503 });
});

test('a VM can be had elsewhere; it is not known whether the zone that is down has the machine type', async () => {
  down = ['local-b'];
  const offers = await google.open().offers({ machineType: 'e2-standard-4' });
  expect(offers).toEqual({
    zones: ['local-a', 'local-c'],
    offering: ['local-a', 'local-c'],
    away: ['local-b'],
  });
});
