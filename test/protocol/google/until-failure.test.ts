// Waiting that something else may end, and what it leaves behind: nothing.
import { untilFailure, type Watch } from '@mymlops/google';

const never = new Promise<never>(() => undefined);

/** A watch that fails when the test says so, and that knows whether it has ended. */
function aWatch() {
  const state = { hasEnded: false, fail: (_error: unknown): void => undefined };
  const watch: Watch = (fail) => {
    state.fail = fail;
    return () => (state.hasEnded = true);
  };
  return { state, watch };
}

test('the result of the work, when nothing fails', async () => {
  const { state, watch } = aWatch();
  expect(await untilFailure(Promise.resolve(1), watch)).toBe(1);
  expect(state.hasEnded).toBe(true);
});

test('the failure of the work itself', async () => {
  const { state, watch } = aWatch();
  await expect(untilFailure(Promise.reject(new Error('work')), watch)).rejects.toThrow('work');
  expect(state.hasEnded).toBe(true);
});

test('the first failure that a watch reports ends the waiting, and every watch', async () => {
  const [one, two] = [aWatch(), aWatch()];
  const result = untilFailure(never, one.watch, two.watch);
  two.state.fail(new Error('two'));
  one.state.fail(new Error('one'));
  await expect(result).rejects.toThrow('two');
  expect([one.state.hasEnded, two.state.hasEnded]).toEqual([true, true]);
});

test('a watch that fails at once', async () => {
  const watch: Watch = (fail) => {
    fail(new Error('at once'));
    return () => undefined;
  };
  await expect(untilFailure(never, watch)).rejects.toThrow('at once');
});

test('a watch that cannot begin fails the waiting, and ends those that have begun', async () => {
  const { state, watch } = aWatch();
  const broken: Watch = () => {
    throw new Error('broken');
  };
  await expect(untilFailure(never, watch, broken)).rejects.toThrow('broken');
  expect(state.hasEnded).toBe(true);
});

test('work that fails after the waiting has ended disturbs nobody', async () => {
  const { state, watch } = aWatch();
  let failLate: (error: Error) => void = () => undefined;
  const work = new Promise<never>((_resolve, reject) => (failLate = reject));
  const result = untilFailure(work, watch);
  state.fail(new Error('early'));
  await expect(result).rejects.toThrow('early');
  failLate(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));
});
