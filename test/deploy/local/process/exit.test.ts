// The local cloud's process exits, even where a part hangs or fails.
import { closeAndExit } from '../../../../deploy/local/process/exit';
import { fakeClock } from '../../../fakes/clock';

function start(close: () => Promise<void>) {
  const clock = fakeClock();
  const done: string[] = [];
  const left = closeAndExit(0, {
    clock,
    close: async () => {
      await close();
      done.push('closed');
    },
    release: () => void done.push('released'),
    exit: (code) => void done.push(`exit ${code}`),
    log: (severity, message) => void done.push(`${severity} ${message}`),
  });
  return { clock, done, left };
}

test('it closes, releases the folder, and exits', async () => {
  const { done, left } = start(async () => undefined);
  await left;
  expect(done).toEqual(['closed', 'released', 'exit 0']);
});

test('a part that never closes does not keep the folder', async () => {
  const { clock, done, left } = start(() => new Promise(() => undefined));
  await clock.advance(7999);
  expect(done).toEqual([]);
  await clock.advance(1);
  await left;
  expect(done).toEqual(['ERROR exit without closing', 'released', 'exit 1']);
});

test('a part that fails to close does not keep the folder', async () => {
  const { done, left } = start(() => Promise.reject(new Error('disk gone')));
  await left;
  expect(done).toEqual(['ERROR exit without closing', 'released', 'exit 1']);
});
