// What is read of Compute Engine's answers, where the stand-in never says it.
import { classifyFailure } from '../../../functions/src/engine/vm/failure-lookup';
import { disksIn, gapsIn, vmOf, vmOperationOf, vmsIn } from '../../../functions/src/google/compute/answers';

const UNREACHABLE = { code: 'UNREACHABLE', message: 'it does not answer' };

test('a scope that was not listed is a gap, with what was found in it; an empty one is none', () => {
  const { found, gap } = vmsIn(['zones/a', { instances: [{ name: 'vm', zone: 'u/zones/a' }], warning: UNREACHABLE }]);
  expect(found.map(({ name }) => name)).toEqual(['vm']);
  expect(gap).toEqual({ zone: 'a', cause: 'VMs of zones/a were not listed: UNREACHABLE it does not answer' });
  expect(disksIn(['zones/a', { disks: null, warning: UNREACHABLE }]).gap?.cause).toMatch(/^disks of zones\/a/);
  expect(disksIn(['zones/b', { warning: { code: 'NO_RESULTS_ON_PAGE' } }])).toEqual({ zone: 'b', found: [] });
});

test('a zone of which a list says nothing is a gap too', () => {
  const listed = vmsIn(['zones/a', { instances: [] }]);
  expect(gapsIn('VMs', [listed], ['a', 'b'])).toEqual([
    { zone: 'b', cause: 'VMs of zones/b were not listed: the list does not name the zone' },
  ]);
  // On one page it has nothing, on the next it has.
  expect(gapsIn('VMs', [vmsIn(['zones/a', { warning: { code: 'NO_RESULTS_ON_PAGE' } }]), listed], ['a'])).toEqual([]);
});

test.each(['resourceNotReady', 'RESOURCE_NOT_READY', 'RESOURCE_NOT_READY_WITH_DETAILS'])(
  '%s is known, and the trouble of a zone',
  (code) =>
    expect(classifyFailure({ code, message: '' })).toMatchObject({
      scope: 'zone',
      reason: 'no-capacity',
      isKnown: true,
    }),
);

test("Google's Pacific time becomes UTC; what has no time yet has none", () => {
  const told = '2024-01-29T23:44:24.536-08:00';
  const utc = '2024-01-30T07:44:24.536Z';
  expect(vmOf({ name: 'vm', lastStartTimestamp: told }).lastStartAt).toBe(utc);
  expect(vmOf({ name: 'vm', lastStartTimestamp: '' })).not.toHaveProperty('lastStartAt');
  expect(vmOf({ name: 'vm' })).not.toHaveProperty('lastStartAt');
  expect(vmOperationOf({ operationType: 'stop', insertTime: told, endTime: told })).toEqual({
    type: 'stop',
    at: utc,
    endedAt: utc,
  });
  expect(vmOperationOf({ operationType: 'stop', insertTime: told })).toEqual({ type: 'stop', at: utc });
});
