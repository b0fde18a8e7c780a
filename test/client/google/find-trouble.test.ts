// Two looks at the network, and what they say together.
import { lookTwice } from '../../../client/src/google/find-trouble';
import type { Obstacle } from '../../../client/src/google/trouble';

const TIMES = { limitMs: 60_000, secondAfterMs: 1, pauseMs: 1 };
const host = 'storage.googleapis.com';
const refused: Obstacle = { host, code: 'ECONNREFUSED' };
const unconnected: Obstacle = { host, code: 'ETIMEDOUT', silence: 'unconnected' };
const unanswered: Obstacle = { host, code: 'ETIMEDOUT', silence: 'connected' };

test.each([
  ['both get through', [null, null], undefined],
  ['a fault of a moment', [refused, null], undefined],
  ['a packet that was lost', [unconnected, null], undefined],
  ['one that got through late', [null, unconnected], undefined],
  ['refused twice', [refused, refused], { kind: 'definite', code: 'ECONNREFUSED' }],
  ['no connection', [unconnected, unconnected], { kind: 'unconnected', code: 'ETIMEDOUT' }],
  ['no connection, then refused', [unconnected, refused], { kind: 'unconnected', code: 'ECONNREFUSED' }],
  ['a connection, and no answer', [unanswered, unconnected], { kind: 'unanswered', code: 'ETIMEDOUT' }],
  ['a connection, then refused', [unanswered, refused], { kind: 'unanswered', code: 'ECONNREFUSED' }],
])('%s', async (_what, results, expected) => {
  const left = [...results];
  const finding = await lookTwice(async () => {
    const result = left.shift() ?? null;
    // Silence takes its time.
    if (result?.silence || (result === null && left.length > 0 && left[0])) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return result;
  }, TIMES);
  expect(finding?.kind).toBe(expected?.kind);
  if (expected) expect(finding?.trouble.message).toContain(`${host}, ${expected.code}`);
});

test('one look that gets through at once is enough', async () => {
  const limits: number[] = [];
  const look = (limitMs: number): Promise<null> => Promise.resolve(null).finally(() => limits.push(limitMs));
  expect(await lookTwice(look, TIMES)).toBeUndefined();
  expect(limits).toEqual([60_000]);
});
