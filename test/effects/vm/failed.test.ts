// What the record keeps of a failure, and whom else it warns.
import { failedInternally, settledBadly } from '../../../functions/src/effects/vm/failed';
import { insertOf } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { effectContext } from '../task';

const STOCKOUT = { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has no capacity' };
const QUOTA = { code: 'QUOTA_EXCEEDED', message: "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1." };

test.each([
  ['want of capacity', STOCKOUT, true],
  ['a quota', QUOTA, false],
])('for %s its zone is avoided by others: %s', (_what, failure, expected) => {
  const context = effectContext(fakeGoogle());
  settledBadly(failure, aVm(), context);
  expect(context.stockedOutZones.has('local-a', 'this-computer', context.now())).toBe(expected);
});

test('of the zones that Compute Engine names twenty are kept', () => {
  const zones = Array.from({ length: 21 }, (_, index) => `zone-${index}`);
  const { failure } = settledBadly({ ...STOCKOUT, zonesAvailable: zones }, aVm(), effectContext(fakeGoogle()));
  expect(failure.zonesAvailable).toEqual(zones.slice(0, 20));
});

test('without such zones none are kept, and of a long message 500 characters', () => {
  const { failure } = settledBadly({ ...QUOTA, message: 'x'.repeat(600) }, aVm(), effectContext(fakeGoogle()));
  expect(failure).not.toHaveProperty('zonesAvailable');
  expect(failure.message.length).toBeLessThanOrEqual(500);
});

test('a failure that we ourselves find is kept in our own words', () => {
  const google = fakeGoogle();
  const vm = failedInternally('diskLeft', 'an insert failed', aVm(), effectContext(google))(aVm());
  expect(insertOf(vm)).toMatchObject({
    settledAt: '2026-11-21T10:00:00.000Z',
    failure: { code: 'diskLeft', message: 'an insert failed' },
  });
});
