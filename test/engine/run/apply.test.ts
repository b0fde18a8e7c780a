// What a decision changes in the state: the field that it is about, and nothing else.
import type { CapacityWait, Publication, RunState } from '@mymlops/protocol';
import { applyDecision } from '../../../functions/src/engine/run/apply';
import type { Refusal } from '../../../functions/src/engine/vm/capacity';
import { anAttempt } from '../../fakes/builders';
import { agentSaid, aRun, at, cameUp, refused } from './states';

const givenUp = { at: at(100), reason: 'no-capacity' as const, message: 'm' };
const wait = (fields: Partial<CapacityWait> = {}): CapacityWait => ({
  waitedSeconds: 5,
  tried: ['local-x'],
  rounds: 2,
  since: at(-60),
  ...fields,
});
const giveUp = (run: RunState, refusal?: Refusal, attempt = 1): RunState =>
  applyDecision(run, { do: 'give-up', attempt, givenUp, ...(refusal && { refusal }) });

test('an end, with and without a push that is awaited', () => {
  const end = { status: 'succeeded' as const, message: 'm', attempt: 1, at: at(100) };
  const run = aRun({ publication: undefined });
  expect(applyDecision(run, { do: 'end', end })).toStrictEqual({ ...run, end });
  const publication = { state: 'pending' as const };
  expect(applyDecision(run, { do: 'end', end, publication })).toStrictEqual({ ...run, end, publication });
});

test('what became of the push', () => {
  const publication: Publication = { state: 'failed', message: 'm', at: at(100) };
  expect(applyDecision(aRun(), { do: 'settle-publication', publication })).toStrictEqual(aRun({ publication }));
});

test('all is gone', () => {
  expect(applyDecision(aRun(), { do: 'clean', at: at(100) })).toStrictEqual(aRun({ cleanedAt: at(100) }));
});

describe('an attempt is given up', () => {
  test('it says so, the others stay', () => {
    const [first, second] = [refused(), refused()];
    const run = aRun({ attempts: { 1: first, 2: second } });
    expect(giveUp(run, undefined, 2)).toStrictEqual({ ...run, attempts: { 1: first, 2: { ...second, givenUp } } });
  });

  test.each<[string, RunState, boolean, CapacityWait | undefined]>([
    [
      'stocked out, the first zone',
      aRun({ attempts: { 1: refused() } }),
      true,
      { waitedSeconds: 0, tried: ['local-a'], rounds: 0, since: at(100) },
    ],
    [
      'stocked out, another zone',
      aRun({ attempts: { 1: refused() }, capacity: wait() }),
      true,
      wait({ tried: ['local-x', 'local-a'] }),
    ],
    ['no VM, and not for want of capacity', aRun({ attempts: { 1: refused() }, capacity: wait() }), false, wait()],
    [
      'there was a VM: the wait was over when it was decided on',
      aRun({ attempts: { 1: cameUp() }, capacity: wait() }),
      false,
      { waitedSeconds: 65, tried: [], rounds: 0 },
    ],
    [
      'there was a VM, as it has reported',
      aRun({ attempts: { 1: anAttempt({ period: { reports: agentSaid() } }) }, capacity: wait() }),
      false,
      { waitedSeconds: 65, tried: [], rounds: 0 },
    ],
    ['its insert was never settled', aRun({ attempts: { 1: anAttempt() }, capacity: wait() }), false, wait()],
    ['there was a VM, and nothing was waited for', aRun({ attempts: { 1: cameUp() } }), false, undefined],
  ])('%s', (_state, run, isStockedOut, capacity) => {
    const next = giveUp(run, isStockedOut ? { scope: 'zone' } : undefined);
    expect(next.capacity).toStrictEqual(capacity);
    expect('capacity' in next).toBe(capacity !== undefined);
  });
});
