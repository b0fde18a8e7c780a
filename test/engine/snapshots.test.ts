// The step that follows a look at a snapshot, and when all are looked through.
import { isRoundDue, snapshotStep, type LookedAt } from '../../functions/src/engine/snapshots';

const NOW = '2026-11-21T10:00:00.000Z';
const nowMs = Date.parse(NOW);
const before = (hours: number): string => new Date(nowMs - hours * 3600_000).toISOString();
const SINCE = before(1000);

const markedBefore = (hours: number, generation = '7'): LookedAt['candidate'] => ({
  ...{ v: 1, object: 'sources/a.bundle', generation },
  markedAt: before(hours),
});
const lookedAt = (given: Partial<LookedAt>): LookedAt => ({
  ...{ createdAt: before(999), generation: '7', isNamed: false, candidate: undefined },
  ...given,
});

test.each<[string, Partial<LookedAt>, string]>([
  ['a document names it', { isNamed: true }, 'keep'],
  ['a document names it again', { isNamed: true, candidate: markedBefore(900) }, 'unmark'],
  ['no document names it', {}, 'mark'],
  ['none has for as long as a client may build on it', { candidate: markedBefore(24) }, 'keep'],
  ['none has for as long as a commit may be on its way then', { candidate: markedBefore(9 * 24) }, 'keep'],
  ['none has for longer', { candidate: markedBefore(9 * 24 + 0.01) }, 'remove'],
  ['it was sent again since it was marked', { candidate: markedBefore(900, '6') }, 'mark'],
  ['it is from before documents named theirs', { createdAt: SINCE, candidate: markedBefore(900) }, 'keep'],
  ['its time cannot be read', { createdAt: '', candidate: markedBefore(900) }, 'keep'],
])('%s', (_what, given, step) => {
  expect(snapshotStep(lookedAt(given), SINCE, nowMs)).toBe(step);
});

test.each([
  ['never yet', undefined, true],
  ['less than a day ago', before(23.9), false],
  ['a day ago', before(24), true],
  ['at a time to come, by a wrong clock', before(-48), true],
  ['at a time that is none', 'tomorrow', true],
])('all are looked through again: %s', (_what, last, isDue) => {
  expect(isRoundDue(last, nowMs)).toBe(isDue);
});
