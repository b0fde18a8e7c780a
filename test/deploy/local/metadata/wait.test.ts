// wait_for_change on a clock that the test drives.
import { createWaiting, type Answer } from '../../../../deploy/local/metadata/wait';
import { fakeClock } from '../../../fakes/clock';

function setting(first: string | null) {
  const clock = fakeClock();
  const waiting = createWaiting(clock);
  let value = first;
  let abandon = (): void => undefined;
  const answers: (string | null)[] = [];
  const read = (): Answer | null => (value === null ? null : { body: value, type: 'text', etag: `e-${value}` });
  return {
    clock,
    answers,
    abandon: () => abandon(),
    ask(lastEtag?: string, timeoutSeconds?: number): void {
      const options = { lastEtag, timeoutSeconds, onAbandon: (end: () => void) => void (abandon = end) };
      void waiting.until(read, options).then((answer) => answers.push(answer?.body ?? null));
    },
    async change(next: string | null): Promise<void> {
      value = next;
      waiting.changed();
      await clock.advance(0);
    },
  };
}

test.each<[string, string | null, string | undefined, (string | null)[], (string | null)[]]>([
  ['a change is answered', 'a', undefined, ['b'], ['b']],
  ['a change of another value is not answered', 'a', undefined, ['a'], []],
  ['a path that appears is answered', null, undefined, ['a'], ['a']],
  ['a path that disappears is not answered, but its return is', 'a', undefined, [null, 'a'], ['a']],
  ['a value that the caller knows is not answered', 'a', 'e-a', ['b'], ['b']],
  ['an earlier change is answered at once', 'b', 'e-a', [], ['b']],
  ['an unknown etag is answered at once', 'a', 'none', [], ['a']],
])('%s', async (_what, first, lastEtag, changes, expected) => {
  const { ask, change, answers, clock } = setting(first);
  ask(lastEtag);
  await clock.advance(0);
  for (const next of changes) await change(next);
  expect(answers).toEqual(expected);
});

test.each([['a'], [null]])('the time limit answers with the current value: %j', async (value) => {
  const { ask, answers, clock } = setting(value);
  ask(undefined, 10);
  await clock.advance(9999);
  expect(answers).toEqual([]);
  await clock.advance(1);
  expect(answers).toEqual([value]);
  expect(clock.waiting()).toBe(0);
});

test('a caller that hangs up leaves no timer', async () => {
  const { ask, abandon, clock } = setting('a');
  ask(undefined, 10);
  abandon();
  await clock.advance(0);
  expect(clock.waiting()).toBe(0);
});
