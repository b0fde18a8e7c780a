// The words of deciding and acting: which action is of which form, who may act on an intent, and whose turn it is.
import {
  inTurn,
  isEffect,
  isRemoval,
  isLeftLying,
  mayAct,
  timeOf,
  type Action,
} from '../../functions/src/engine/action';
import { at, msAt } from '../fakes/builders';

const MINUTE_MS = 60_000;

test.each<[what: string, action: Action, effect: boolean, removal: boolean]>([
  ['a decision', { do: 'end' }, false, false],
  ['an effect', { effect: 'insert', vm: 1 }, true, false],
  ['a removal', { remove: { by: 'ada', at: at(0) } }, false, true],
])('%s', (_what, action, effect, removal) => {
  expect([isEffect(action), isRemoval(action)]).toEqual([effect, removal]);
});

test('a time is ISO 8601 in UTC, with milliseconds', () => {
  expect(timeOf({ nowMs: Date.UTC(2026, 10, 21, 10, 0, 0, 5) })).toBe('2026-11-21T10:00:00.005Z');
});

test.each([
  ['its own, of now', 'a', 0, true],
  ['its own, left lying', 'a', 200_000, true],
  ["another's, of now", 'b', 0, false],
  ["another's, two minutes old", 'b', 120_000, false],
  ["another's, older: it was left lying", 'b', 120_001, true],
  ["another's, by a clock that is ahead", 'b', -200_000, false],
])('who may act on an intent: %s', (_whose, actor, agoMs, may) => {
  const nowMs = msAt(0);
  expect(mayAct({ actor: 'a', at: new Date(nowMs - agoMs).toISOString() }, { actor, nowMs })).toBe(may);
});

test.each<[what: string, actor: string, agoMs: number, overAgoMs: number, isLeft: boolean]>([
  ['its own, of now', 'a', 0, 0, true],
  ['its own, so old that another may have taken it over before it was over', 'a', 200_000, 119_000, false],
  ['its own, and over for long', 'a', 300_000, 120_001, true],
  ["another's, of now", 'b', 0, 0, false],
  ["another's, two minutes old, over at once", 'b', 120_000, 120_000, false],
  ["another's, older: it was over before anybody could take it over", 'b', 120_001, 120_001, true],
  ['taken over perhaps, right before it was over', 'b', 300_000, 120_000, false],
  ['taken over perhaps, and without a result for as long', 'b', 300_000, 120_001, true],
])('nobody acts any more on an intent that is over: %s', (_what, actor, agoMs, overAgoMs, isLeft) => {
  const nowMs = msAt(0);
  const ago = (ms: number): string => new Date(nowMs - ms).toISOString();
  expect(isLeftLying({ actor: 'a', at: ago(agoMs) }, ago(overAgoMs), { actor, nowMs })).toBe(isLeft);
});

/** The numbers of the steps that come at these milliseconds. */
const turnsOf = (count: number, ...times: number[]) =>
  times.map((nowMs) =>
    inTurn(
      Array.from({ length: count }, (_, step) => step),
      { nowMs },
    ),
  );

test.each<[steps: number, minutes: number[], turns: number[]]>([
  [1, [0, 1, 12, 99], [0, 0, 0, 0]],
  [2, [0, 1, 2, 11], [0, 1, 0, 1]],
  // The order shifts by one after 12 minutes, and again after 24.
  [2, [12, 13, 23, 24, 25], [1, 0, 0, 0, 1]],
  [3, [0, 11, 12, 13, 24], [0, 2, 1, 2, 2]],
  [11, [11, 12, 23, 24], [0, 2, 2, 4]],
  [12, [11, 12, 23, 24], [11, 1, 0, 2]],
  // 13 steps, and each multiple of 13, shift after 24 minutes.
  [13, [12, 13, 23, 24, 25, 48], [12, 0, 10, 12, 0, 11]],
  [14, [12, 13, 24], [13, 0, 12]],
  [26, [12, 24, 25, 48], [12, 25, 0, 24]],
])('of %i steps in the minutes %j the turn is of %j', (count, minutes, turns) => {
  expect(turnsOf(count, ...minutes.map((minute) => minute * MINUTE_MS))).toEqual(turns);
});

test('a turn lasts a minute', () => {
  expect(turnsOf(3, 0, 59_999, 60_000, 119_999, 120_000)).toEqual([0, 0, 1, 1, 2]);
});

test('no steps', () => expect(inTurn([], { nowMs: 0 })).toBeUndefined());

test.each(Array.from({ length: 60 }, (_, index) => index + 1))(
  'each of %i steps comes round, whether calls let one, two, three or four minutes pass',
  (count) => {
    for (const every of [1, 2, 3, 4]) {
      const met = new Set<number | undefined>();
      // Two shifts a step are enough.
      for (let minute = 0; minute < 2 * 24 * (count + 4); minute += every) {
        met.add(turnsOf(count, minute * MINUTE_MS)[0]);
      }
      expect([every, met.size]).toEqual([every, count]);
    }
  },
);
