// max_parallel: who holds a slot of a pool, who waits for one, and whose turn it is.
import fc from 'fast-check';
import type { HeldSlots, SlotPool } from '@mymlops/protocol';
import {
  afterAsking,
  afterLeaving,
  afterPlacing,
  hasSlots,
  idsIn,
  isStillWaiting,
  nextInLine,
  othersByZone,
} from '../../functions/src/engine/slots';
import { at } from '../fakes/builders';

/** As `max: holders | queue`, one letter an id. */
function pool(text: string, zones?: Record<string, string>): SlotPool {
  const [max = '', holders = '', queue = ''] = text.split(/: ?| ?\| ?/);
  return { v: 1, max: Number(max), holders: holders.split(''), queue: queue.split(''), ...(zones && { zones }) };
}

test.each<[what: string, before: string, id: string, max: number, after: string]>([
  ['a free slot', '2: a |', 'b', 2, '2: ab |'],
  ['none is free', '2: ab |', 'c', 2, '2: ab | c'],
  ['none is free, and others wait', '2: ab | c', 'd', 2, '2: ab | cd'],
  ['one is free, and another waits for it', '2: a | c', 'd', 2, '2: a | cd'],
  ['two are free, and one waits for one', '3: a | c', 'd', 3, '3: ad | c'],
  ['first in the queue, and a slot is free', '2: a | cd', 'c', 2, '2: ac | d'],
  ['second in the queue, and two are free', '3: a | cd', 'd', 3, '3: ad | c'],
  ['the maximum was raised', '1: a | bc', 'b', 2, '2: ab | c'],
  ['the maximum was raised, not enough', '1: a | bc', 'c', 2, '2: a | bc'],
  ['the maximum was lowered', '3: abc | d', 'd', 1, '1: abc | d'],
  ['the maximum was lowered, a new one', '3: abc |', 'd', 1, '1: abc | d'],
])('asking for a slot: %s', (_what, before, id, max, after) => {
  expect(afterAsking(pool(before), id, max)).toEqual(pool(after));
});

test.each<[what: string, max: number, after: string]>([
  ['the first one', 1, '1: a |'],
  ['nobody may have one', 0, '0: | a'],
])('asking for a slot of a pool that does not exist yet: %s', (_what, max, after) => {
  expect(afterAsking(undefined, 'a', max)).toEqual(pool(after));
});

test.each<[what: string, pool: string, id: string, max: number]>([
  ['a holder', '2: ab |', 'b', 2],
  ['a holder, while the maximum is lowered', '2: ab |', 'b', 1],
  ['one that waits already', '2: ab | c', 'c', 2],
  ['the second that waits already, and one is free', '2: a | cd', 'd', 2],
])('asking for a slot changes nothing: %s', (_what, text, id, max) => {
  const before = pool(text);
  expect(afterAsking(before, id, max)).toBe(before);
});

test.each<[what: string, before: SlotPool, id: string, after: SlotPool]>([
  ['a holder', pool('2: ab | c'), 'a', pool('2: b | c')],
  ['one that waits', pool('2: ab | cd'), 'c', pool('2: ab | d')],
  ['a holder with its zone', pool('2: ab |', { a: 'z-a', b: 'z-b' }), 'a', pool('2: b |', { b: 'z-b' })],
  ['the last one with a zone', pool('2: a |', { a: 'z-a' }), 'a', pool('2: |', {})],
])('leaving: %s', (_what, before, id, after) => {
  expect(afterLeaving(before, id)).toStrictEqual(after);
});

test('leaving a pool that one is not in changes nothing, whatever zone is noted', () => {
  const before = pool('2: ab | c', { d: 'z-a' });
  expect(afterLeaving(before, 'd')).toBe(before);
});

test.each<[what: string, before: SlotPool, after: SlotPool]>([
  ['the first zone of the pool', pool('2: a |'), pool('2: a |', { a: 'z-a' })],
  ['beside others', pool('2: ab |', { b: 'z-a' }), pool('2: ab |', { a: 'z-a', b: 'z-a' })],
  ['in place of an earlier one', pool('2: a |', { a: 'z-b' }), pool('2: a |', { a: 'z-a' })],
])('deciding on a zone: %s', (_what, before, after) => {
  expect(afterPlacing(before, 'a', 'z-a')).toEqual(after);
});

test.each<[what: string, pool: SlotPool]>([
  ['it is the same', pool('2: a |', { a: 'z-a' })],
  ['by one that waits', pool('1: b | a')],
  ['by one that is not in the pool', pool('1: b |', { b: 'z-b' })],
])('deciding on a zone changes nothing: %s', (_what, before) => {
  expect(afterPlacing(before, 'a', 'z-a')).toBe(before);
});

test.each<[what: string, zones: Record<string, string> | undefined, counts: [string, number][]]>([
  ['none is noted', undefined, []],
  ['only its own', { a: 'z-a' }, []],
  [
    'its own is not counted, the others are',
    { a: 'z-a', b: 'z-a', c: 'z-b', d: 'z-b' },
    [
      ['z-a', 1],
      ['z-b', 2],
    ],
  ],
])("the others' VMs in each zone: %s", (_what, zones, counts) => {
  expect([...othersByZone({ zones }, 'a')]).toEqual(counts);
});

test.each([
  ['2: ab | cd', []],
  ['2: a | cd', ['c']],
  ['3: a | cde', ['c', 'd']],
  ['9: a | cd', ['c', 'd']],
  ['2: a |', []],
  // A maximum that was lowered below the holders.
  ['1: abc | def', []],
])('in %s it is the turn of %j', (text, turn) => {
  expect(nextInLine(pool(text))).toEqual(turn);
});

const WAITING = { pool: 'p', since: at(0) };

test.each<[what: string, slots: HeldSlots | undefined, has: boolean]>([
  ['nothing was needed', undefined, false],
  ['neither held nor waited for', { held: [] }, false],
  ['one is held', { held: ['p'] }, true],
  ['one is waited for', { held: [], waiting: WAITING }, true],
  ['both', { held: ['q'], waiting: WAITING }, true],
])('slots to give back: %s', (_what, slots, has) => {
  expect(hasSlots({ slots })).toBe(has);
});

describe('who still waits', () => {
  const waits = (text: string, max: number, slots: HeldSlots | undefined = { held: [], waiting: WAITING }) =>
    isStillWaiting(
      'b',
      { slots },
      [
        { pool: 'other', max: 9 },
        { pool: 'p', max },
      ],
      new Map([['p', pool(text)]]),
    );

  test.each<[what: string, pool: string, max: number, waits: boolean]>([
    ['it is in the queue, no slot is free', '1: a | b', 1, true],
    ['it is in the queue, a slot is free', '1: | b', 1, false],
    ['a slot is free, for another', '1: | ab', 1, true],
    ['the maximum was raised since', '1: a | b', 2, false],
    ['the maximum was lowered since', '2: a | b', 1, true],
    ['it is not in the queue', '1: a |', 1, false],
    ['it is a holder', '1: b |', 1, false],
  ])('%s', (_what, text, max, isWaiting) => expect(waits(text, max)).toBe(isWaiting));

  test('it waits for nothing', () => {
    expect(waits('1: a | b', 1, { held: [] })).toBe(false);
    expect(isStillWaiting('b', {}, [{ pool: 'p', max: 1 }], new Map([['p', pool('1: a | b')]]))).toBe(false);
  });

  test('it waits for a pool that it no longer needs', () => {
    const known = new Map([['p', pool('1: a | b')]]);
    expect(isStillWaiting('b', { slots: { held: [], waiting: WAITING } }, [{ pool: 'q', max: 1 }], known)).toBe(false);
  });

  test('there is no such pool', () => {
    const slots = { held: [], waiting: WAITING };
    expect(isStillWaiting('b', { slots }, [{ pool: 'p', max: 1 }], new Map())).toBe(false);
  });
});

test('the ids of pools: holders and those who wait, of the pools that the kind knows', () => {
  const known = new Map([
    ['p', pool('2: ab | c')],
    ['q', pool('2: a | d')],
    ['other', pool('2: e | f')],
  ]);
  expect([...idsIn(known, (name) => name !== 'other')]).toEqual(['a', 'b', 'c', 'd']);
});

test('whatever the order: never more than the limit, first come first served, nobody forgotten', () => {
  const step = fc.record({ run: fc.integer({ min: 0, max: 6 }), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (steps, max) => {
      let now: SlotPool = { v: 1, max, holders: [], queue: [] };
      for (const { run, leaves } of steps) {
        const before = now;
        now = leaves ? afterLeaving(now, String(run)) : afterAsking(now, String(run), max);
        expect(now.holders.length).toBeLessThanOrEqual(max);
        expect(new Set([...now.holders, ...now.queue]).size).toBe(now.holders.length + now.queue.length);
        // Whoever enters leaves room for all who were there before.
        for (const each of now.holders.filter((holder) => !before.holders.includes(holder))) {
          const position = before.queue.indexOf(each);
          const ahead = position < 0 ? before.queue : before.queue.slice(0, position);
          const { holders } = now;
          const turn = nextInLine(now);
          expect(ahead.filter((other) => !turn.includes(other) && !holders.includes(other))).toEqual([]);
        }
      }
    }),
  );
});
