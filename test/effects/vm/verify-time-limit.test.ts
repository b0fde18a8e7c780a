// A VM lives only with the time limit that was requested, read back from Compute Engine.
import { currentPeriod } from '@mymlops/protocol';
import { verifyTimeLimit } from '../../../functions/src/effects/vm/verify-time-limit';
import { lacksTimeLimit, openPeriod, withStart } from '../../../functions/src/engine/vm/record';
import { aVm } from '../../fakes/builders';
import { fakeGoogle, type FakeGoogle, type FakeVm } from '../../fakes/google';
import { aTask, effectContext, makeVm, type RunVm } from '../task';

/** The VM as Compute Engine has it, changed by `fields`. */
async function verify(fields: Partial<FakeVm>, vm: RunVm = aVm()) {
  const google: FakeGoogle = fakeGoogle();
  await makeVm(google, vm);
  for (const found of google.vms.values()) Object.assign(found, fields);
  google.nowMs += 7000;
  const update = await verifyTimeLimit(aTask(google, vm), effectContext(google));
  return update?.(vm);
}

test('the limit and the action are as requested: verified, from when Compute Engine has said so', async () => {
  const vm = await verify({});
  expect(vm && currentPeriod(vm).timeLimitVerifiedAt).toBe('2026-11-21T10:00:07.000Z');
});

test.each<[string, Partial<FakeVm>]>([
  ['no limit', { maxRunDurationSeconds: undefined }],
  ['another limit', { maxRunDurationSeconds: 6601 }],
  ['no action at its end', { terminationAction: undefined }],
  ['an action that leaves its disk to be paid for', { terminationAction: 'STOP' }],
])('a VM with %s is a failure, whatever else is right', async (_what, fields) => {
  const vm = await verify(fields);
  expect(vm && lacksTimeLimit(vm)).toBe(true);
  expect(vm && currentPeriod(vm)).not.toHaveProperty('timeLimitVerifiedAt');
});

test.each<[string, Partial<FakeVm>]>([
  ['another VM', { id: '43', labels: {} }],
  ['a copy of another attempt', { id: '43', labels: { 'mymlops-run': 'another' } }],
])('%s of its name says nothing of it', async (_what, fields) => {
  expect(await verify({ ...fields, maxRunDurationSeconds: undefined })).toBeUndefined();
});

test('a VM that is gone already is for the sweep to see', async () => {
  const google = fakeGoogle();
  expect(await verifyTimeLimit(aTask(google), effectContext(google))).toBeUndefined();
});

test('with the limit it reads when Compute Engine has started the VM, once', async () => {
  const startOf = (vm: RunVm | undefined) => vm && currentPeriod(vm).start;
  const lastStartAt = '2026-11-21T10:00:03.000Z';
  expect(startOf(await verify({ lastStartAt }))).toMatchObject({ startedAt: lastStartAt });
  expect(startOf(await verify({ lastStartAt, maxRunDurationSeconds: 1 }))).toMatchObject({ startedAt: lastStartAt });
  expect(startOf(await verify({ lastStartAt: undefined }))).not.toHaveProperty('startedAt');
  // A start by hand since is another period, which the sweep opens.
  const known = withStart(aVm(), { startedAt: '2026-11-21T10:00:01.000Z' });
  expect(startOf(await verify({ lastStartAt }, known))).toMatchObject({ startedAt: '2026-11-21T10:00:01.000Z' });
});

test('the limit of the newest period counts, and is noted there', async () => {
  const first = aVm({ terminationAction: 'STOP', keepsDisk: true });
  const vm = openPeriod(first, { at: '2026-11-21T12:00:00.000Z', actor: 'b', maxRunDurationSeconds: 600 });
  const verified = await verify({ maxRunDurationSeconds: 600 }, vm);
  expect(verified?.periods[2]).toHaveProperty('timeLimitVerifiedAt');
  expect(verified?.periods[1]).not.toHaveProperty('timeLimitVerifiedAt');
  const failed = await verify({ maxRunDurationSeconds: 6600 }, vm);
  expect(failed && lacksTimeLimit(failed)).toBe(true);
});
