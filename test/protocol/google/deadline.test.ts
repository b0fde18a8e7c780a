// Deadlines of calls that come in pages.
import { collectWithin, DeadlineError } from '@mymlops/google';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

async function* pages(seconds: number[]): AsyncGenerator<number> {
  for (const each of seconds) {
    await new Promise((resolve) => setTimeout(resolve, each * 1000));
    yield each;
  }
}

test('a long list had to come within the time of one page', async () => {
  const all = collectWithin('list', 30_000, pages([20, 25, 29]));
  await jest.advanceTimersByTimeAsync(75_000);
  expect(await all).toEqual([20, 25, 29]);
});

test('a page that does not come fails the list', async () => {
  const all = collectWithin('list', 30_000, pages([20, 31]));
  const failed = expect(all).rejects.toThrow(DeadlineError);
  await jest.advanceTimersByTimeAsync(51_000);
  await failed;
});
