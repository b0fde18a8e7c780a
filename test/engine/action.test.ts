// Steps take turns: each comes round, however many there are, and however many minutes the calls let pass.
import { inTurn, mayAct } from '../../functions/src/engine/action';

const MINUTE_MS = 60_000;
const COUNTS = Array.from({ length: 60 }, (_, index) => index + 1);
const STRIDES = [1, 2, 3, 4];

test.each(COUNTS)('%i steps', (count) => {
  const steps = Array.from({ length: count }, (_, index) => index);
  for (const every of STRIDES) {
    const met = new Set<number | undefined>();
    // Two shifts a step are enough.
    for (let minute = 0; minute < 2 * 24 * (count + 4); minute += every) {
      met.add(inTurn(steps, { nowMs: minute * MINUTE_MS }));
    }
    expect([every, met.size]).toEqual([every, count]);
  }
});

test('no steps', () => expect(inTurn([], { nowMs: 0 })).toBeUndefined());

test.each([
  ['its own', 'a', 0, true],
  ["another's, of now", 'b', 120_000, false],
  ["another's, that was left lying", 'b', 120_001, true],
])('who may act on an intent: %s', (_whose, actor, agoMs, may) => {
  const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
  const intent = { actor: 'a', at: new Date(nowMs - agoMs).toISOString() };
  expect(mayAct(intent, { actor, nowMs })).toBe(may);
});
