// max_parallel: who holds a slot of a pool, who waits for one, and whose turn it is.
import fc from 'fast-check';
import {
  DEPLOYMENT_POOL,
  isSameDocument,
  titleOf,
  type DocumentRef,
  type HeldSlots,
  type SlotHolder,
  type SlotPool,
} from '@mymlops/protocol';
import {
  afterAsking,
  afterLeaving,
  afterPlacing,
  hasSlots,
  inOneOrder,
  idsIn,
  isStillWaiting,
  nextInLine,
  othersByZone,
} from '../../functions/src/engine/slots';
import { at } from '../fakes/builders';

/** A run of this id; a capital: a toy of the same one. */
const ref = (letter: string): DocumentRef => ({
  kind: letter === letter.toLowerCase() ? 'run' : 'toy',
  id: letter.toLowerCase(),
});

/** As `max: holders | queue`, one letter a document; `zones` of holders. */
function pool(text: string, zones: Record<string, string> = {}): SlotPool {
  const [max = '', holders = '', queue = ''] = text.split(/: ?| ?\| ?/);
  const holderOf = (letter: string): SlotHolder => {
    const zone = zones[letter];
    return { ...ref(letter), ...(zone !== undefined && { zone }) };
  };
  return { v: 1, max: Number(max), holders: holders.split('').map(holderOf), queue: queue.split('').map(ref) };
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
  ['another kind holds a slot under its id', '2: A |', 'a', 2, '2: Aa |'],
  ['another kind waits under its id', '1: b | A', 'a', 1, '1: b | Aa'],
])('asking for a slot: %s', (_what, before, id, max, after) => {
  expect(afterAsking(pool(before), ref(id), max)).toEqual(pool(after));
});

test.each<[what: string, max: number, after: string]>([
  ['the first one', 1, '1: a |'],
  ['nobody may have one', 0, '0: | a'],
])('asking for a slot of a pool that does not exist yet: %s', (_what, max, after) => {
  expect(afterAsking(undefined, ref('a'), max)).toEqual(pool(after));
});

test.each<[what: string, pool: string, id: string, max: number]>([
  ['a holder', '2: ab |', 'b', 2],
  ['a holder, while the maximum is lowered', '2: ab |', 'b', 1],
  ['one that waits already', '2: ab | c', 'c', 2],
  ['the second that waits already, and one is free', '2: a | cd', 'd', 2],
])('asking for a slot changes nothing: %s', (_what, text, id, max) => {
  const before = pool(text);
  expect(afterAsking(before, ref(id), max)).toBe(before);
});

test.each<[what: string, before: SlotPool, id: string, after: SlotPool]>([
  ['a holder', pool('2: ab | c'), 'a', pool('2: b | c')],
  ['one that waits', pool('2: ab | cd'), 'c', pool('2: ab | d')],
  ['a holder with its zone', pool('2: ab |', { a: 'z-a', b: 'z-b' }), 'a', pool('2: b |', { b: 'z-b' })],
  ['the last one with a zone', pool('2: a |', { a: 'z-a' }), 'a', pool('2: |')],
  ['one whose id another kind has too', pool('2: aA | b'), 'a', pool('2: A | b')],
])('leaving: %s', (_what, before, id, after) => {
  expect(afterLeaving(before, ref(id))).toStrictEqual(after);
});

test('leaving a pool that one is not in changes nothing', () => {
  const before = pool('2: ab | c', { a: 'z-a' });
  expect(afterLeaving(before, ref('d'))).toBe(before);
});

test.each<[what: string, before: SlotPool, after: SlotPool]>([
  ['the first zone of the pool', pool('2: a |'), pool('2: a |', { a: 'z-a' })],
  ['beside others', pool('2: ab |', { b: 'z-a' }), pool('2: ab |', { a: 'z-a', b: 'z-a' })],
  ['in place of an earlier one', pool('2: a |', { a: 'z-b' }), pool('2: a |', { a: 'z-a' })],
])('deciding on a zone: %s', (_what, before, after) => {
  expect(afterPlacing(before, ref('a'), 'z-a')).toEqual(after);
});

test.each<[what: string, pool: SlotPool]>([
  ['it is the same', pool('2: a |', { a: 'z-a' })],
  ['by one that waits', pool('1: b | a')],
  ['by one that is not in the pool', pool('1: b |', { b: 'z-b' })],
])('deciding on a zone changes nothing: %s', (_what, before) => {
  expect(afterPlacing(before, ref('a'), 'z-a')).toBe(before);
});

test.each<[what: string, zones: Record<string, string>, counts: [string, number][]]>([
  ['none is noted', {}, []],
  ['only its own', { a: 'z-a' }, []],
  ['of another kind with its id', { A: 'z-a' }, [['z-a', 1]]],
  [
    'its own is not counted, the others are',
    { a: 'z-a', b: 'z-a', c: 'z-b', d: 'z-b' },
    [
      ['z-a', 1],
      ['z-b', 2],
    ],
  ],
])("the others' VMs in each zone: %s", (_what, zones, counts) => {
  expect([...othersByZone(pool('9: aAbcd |', zones).holders, ref('a'))]).toEqual(counts);
});

test.each([
  ['2: ab | cd', []],
  ['2: a | cd', ['c']],
  ['3: a | cde', ['c', 'd']],
  ['9: a | cd', ['c', 'd']],
  ['2: a |', []],
  ['2: a | AB', ['A']],
  // A maximum that was lowered below the holders.
  ['1: abc | def', []],
])('in %s it is the turn of %j', (text, turn) => {
  expect(nextInLine(pool(text))).toEqual(turn.map(ref));
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
      ref('b'),
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
    ['it is not in the queue, but another kind with its id is', '1: a | B', 1, false],
    ['it is the turn of another kind with its id', '1: | Bb', 1, true],
  ])('%s', (_what, text, max, isWaiting) => expect(waits(text, max)).toBe(isWaiting));

  test('it waits for nothing', () => {
    expect(waits('1: a | b', 1, { held: [] })).toBe(false);
    expect(isStillWaiting(ref('b'), {}, [{ pool: 'p', max: 1 }], new Map([['p', pool('1: a | b')]]))).toBe(false);
  });

  test('it waits for a pool that it no longer needs', () => {
    const known = new Map([['p', pool('1: a | b')]]);
    expect(isStillWaiting(ref('b'), { slots: { held: [], waiting: WAITING } }, [{ pool: 'q', max: 1 }], known)).toBe(
      false,
    );
  });

  test('there is no such pool', () => {
    const slots = { held: [], waiting: WAITING };
    expect(isStillWaiting(ref('b'), { slots }, [{ pool: 'p', max: 1 }], new Map())).toBe(false);
  });
});

test.each([
  ['run', ['a', 'b', 'c', 'd']],
  ['toy', ['a', 'e']],
  ['instance', []],
])('the ids of kind %s in all pools: %j', (kind, ids) => {
  const known = new Map([
    ['p', pool('2: ab | cE')],
    ['q', pool('2: a | dA')],
  ]);
  expect([...idsIn(known, kind)].toSorted()).toEqual(ids);
});

test('whatever the order: never more than the limit, first come first served, nobody forgotten', () => {
  const step = fc.record({ who: fc.constantFrom(...'abcdABC'.split('')).map(ref), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (steps, max) => {
      let now: SlotPool = { v: 1, max, holders: [], queue: [] };
      for (const { who, leaves } of steps) {
        const before = now;
        now = leaves ? afterLeaving(now, who) : afterAsking(now, who, max);
        expect(now.holders.length).toBeLessThanOrEqual(max);
        const all = [...now.holders, ...now.queue].map(titleOf);
        expect(new Set(all).size).toBe(all.length);
        // Whoever enters leaves room for all who were there before.
        const isIn = (refs: DocumentRef[], one: DocumentRef): boolean =>
          refs.some((other) => isSameDocument(other, one));
        for (const each of now.holders.filter((holder) => !isIn(before.holders, holder))) {
          const position = before.queue.findIndex((other) => isSameDocument(other, each));
          const ahead = position < 0 ? before.queue : before.queue.slice(0, position);
          const { holders } = now;
          const turn = nextInLine(now);
          expect(ahead.filter((other) => !isIn(turn, other) && !isIn(holders, other))).toEqual([]);
        }
      }
    }),
  );
});

test.each([[[DEPLOYMENT_POOL, 'b', 'a']], [['a', DEPLOYMENT_POOL, 'b']], [['b', 'a', DEPLOYMENT_POOL]]])(
  'slots in %j are taken in one order, that of the deployment last',
  (names) => {
    const pools = names.map((name) => ({ pool: name, max: 1 }));
    expect(inOneOrder(pools).map(({ pool: name }) => name)).toEqual(['a', 'b', DEPLOYMENT_POOL]);
  },
);
