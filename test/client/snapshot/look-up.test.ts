// Whether a snapshot can build upon an object in the bucket.
import { snapshotCandidatePath, type SnapshotCandidate } from '@mymlops/protocol';
import { lookUpIn } from '../../../client/src/snapshot/look-up';

const OBJECT = 'sources/abc.bundle';
const MARKED = '2026-11-21T10:00:00.000Z';
const DAY_MS = 24 * 3600_000;
const MARK: SnapshotCandidate = { v: 1, object: OBJECT, generation: '7', markedAt: MARKED };

function found(generation: string | null, mark: SnapshotCandidate | null, daysLater = 0) {
  const bucket = { stat: () => Promise.resolve(generation === null ? null : { name: OBJECT, size: 1, generation }) };
  const document = (path: string) => Promise.resolve(path === snapshotCandidatePath(OBJECT) ? mark : null);
  return lookUpIn(bucket, { document }, () => Date.parse(MARKED) + daysLater * DAY_MS)(OBJECT);
}

test.each<[string, Parameters<typeof found>, string]>([
  ['the bucket has none', [null, null], 'absent'],
  ['a mark of one that is gone', [null, MARK, 3], 'absent'],
  ['a run names it, or did until just now', ['7', null], 'there'],
  ['nobody has named it for less than a day', ['7', MARK, 0.99], 'there'],
  ['nobody has named it for a day', ['7', MARK, 1], 'leaving'],
  ['it was sent again since it was marked', ['8', MARK, 3], 'there'],
])('%s', async (_what, given, expected) => {
  expect(await found(...given)).toBe(expected);
});
