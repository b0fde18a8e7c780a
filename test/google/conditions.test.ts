// Which of Firestore's refusals says that another write came first.
import { Timestamp } from '@google-cloud/firestore';
import { asStored, isConflict, versionOf } from '../../functions/src/google/conditions';

const failure = (code: unknown): Error => Object.assign(new Error('why'), { code });

test.each([
  [5, 'NOT_FOUND: the document was removed meanwhile'],
  [9, 'FAILED_PRECONDITION: it was written meanwhile'],
  [10, 'ABORTED: another commit held it'],
])('%d is a conflict: %s', (code, _why) => expect(isConflict(failure(code))).toBe(true));

test.each([
  [3, 'INVALID_ARGUMENT: the same write fails again'],
  [4, 'DEADLINE_EXCEEDED: it may be written'],
  [6, 'ALREADY_EXISTS: for the caller to tell what'],
  [7, 'PERMISSION_DENIED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE: it may be written'],
  ['ECONNRESET', 'the connection broke'],
  [undefined, 'no code at all'],
])('%s is none: %s', (code, _why) => expect(isConflict(failure(code))).toBe(false));

test('a version is the update time to the nanosecond, there and back', () => {
  const time = new Timestamp(1_795_255_200, 123_456_789);
  const version = versionOf(time);
  expect(asStored({ version }, Timestamp).lastUpdateTime.isEqual(time)).toBe(true);
  expect(versionOf(new Timestamp(1_795_255_200, 123_456_788))).not.toBe(version);
  expect(() => versionOf(undefined)).toThrow('update time');
});
