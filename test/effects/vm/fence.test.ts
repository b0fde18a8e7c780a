// The fence stands in the bucket before anybody counts on it.
import { setImmediate as turn } from 'node:timers/promises';
import { fenceVm } from '../../../functions/src/effects/vm/fence';
import { aVm } from '../../fakes/builders';
import { fakeGoogle } from '../../fakes/google';
import { aTask, effectContext } from '../task';

const iso = (ms: number): string => new Date(ms).toISOString();

test('an invocation that was frozen fences nothing: the VM may have been heard of since', async () => {
  const google = fakeGoogle();
  expect(await fenceVm(aTask(google), effectContext(google, false))).toBeUndefined();
  expect(google.objects.size).toBe(0);
});

test('a VM counts as fenced once the bucket has the fence, and not from when it was requested', async () => {
  const google = fakeGoogle();
  const task = aTask(google);
  google.calls.after = () => void (google.nowMs += 5000);
  const update = await fenceVm(task, effectContext(google));
  // It says when it was set up, for whoever looks into the bucket.
  expect([...google.objects]).toEqual([[`${task.prefix}fenced`, '2026-11-21T10:00:00.000Z\n']]);
  expect(update?.(aVm())).toEqual({ ...aVm(), fencedAt: iso(google.nowMs) });
});

test('no fence, no mark: a bucket that fails is an error', async () => {
  const google = fakeGoogle();
  google.calls.before = () => {
    throw new Error('503');
  };
  await expect(fenceVm(aTask(google), effectContext(google))).rejects.toThrow('503');
});

test('the mark is not written while the fence is', async () => {
  const google = fakeGoogle();
  let isThere = false;
  const write = async (): Promise<void> => {
    await turn();
    isThere = true;
  };
  google.context.resultsBucket = { ...google.context.resultsBucket, write };
  await fenceVm(aTask(google), effectContext(google));
  expect(isThere).toBe(true);
});
