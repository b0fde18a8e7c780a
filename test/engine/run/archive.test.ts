// Which attempts leave the run's document, and what stays of them there.
import type { Attempt, RunState } from '@mymlops/protocol';
import { archiveAttempts } from '../../../functions/src/engine/run/archive';
import { agentSaid, aRun, at, cameUp, givenUp, refused } from './states';

const goneAt = at(101);
const left = refused(undefined, { goneAt }, givenUp(100, { reason: 'no-capacity' }));
/** So many attempts that may leave, of which `special` replaces some. */
const run = (count: number, special: Record<number, Attempt> = {}, fields: Partial<RunState> = {}): RunState => {
  const attempts = Array.from({ length: count }, (_, index) => [index + 1, special[index + 1] ?? left]);
  return aRun({ attempts: Object.fromEntries(attempts) as RunState['attempts'], ...fields });
};

test.each<[string, RunState, string[]]>([
  ['none', aRun(), []],
  ['ten stay', run(10), []],
  ['the eleventh', run(11), ['1']],
  ['all but the newest ten, by number', run(112), Array.from({ length: 102 }, (_, index) => `${index + 1}`)],
  ['one that had a VM stays', run(12, { 1: cameUp({ goneAt }, givenUp()) }), ['2']],
  [
    'one that has reported stays',
    run(12, { 1: refused(undefined, { goneAt, period: { reports: agentSaid() } }, givenUp()) }),
    ['2'],
  ],
  ['one that is not proven gone stays', run(12, { 1: refused(undefined, {}, givenUp()) }), ['2']],
  ['one that is not given up stays', run(12, { 1: refused(undefined, { goneAt }) }), ['2']],
])('%s', (_state, state, expected) => {
  const { state: next, archived } = archiveAttempts(state);
  expect(Object.keys(archived)).toEqual(expected.map((number) => number.padStart(6, '0')));
  for (const attempt of Object.values(archived)) expect(attempt).toBe(left);
  const stays = Object.keys(state.attempts).filter((number) => !expected.includes(number));
  expect(Object.keys(next.attempts)).toEqual(stays);
  expect(next.archive?.archived ?? 0).toBe(expected.length);
  // The very same state where nothing leaves.
  expect(next === state).toBe(expected.length === 0);
});

test('they are counted by zone and reason, on top of those that left before', () => {
  const inB = refused(undefined, { goneAt, zone: 'local-b' }, givenUp(100, { reason: 'quota' }));
  const archive = { archived: 4, zones: { 'local-a': { lost: 1, 'no-capacity': 2 }, 'local-c': { lost: 1 } } };
  const { state } = archiveAttempts(run(13, { 2: inB }, { archive }));
  expect(state.archive).toStrictEqual({
    archived: 7,
    zones: { 'local-a': { lost: 1, 'no-capacity': 4 }, 'local-b': { quota: 1 }, 'local-c': { lost: 1 } },
  });
});

test('the attempts that are handed in are not changed', () => {
  const state = run(12);
  archiveAttempts(state);
  expect(Object.keys(state.attempts)).toHaveLength(12);
});
