// Why a VM could not be had, in codes of our own: whether another zone may do, and whether there may have been a VM.
import {
  internalFailure,
  isInternal,
  isZonesFault,
  type InternalCode,
} from '../../../functions/src/engine/vm/internal-failures';

const CODES = [
  ['diskLeft', 'zone', 'lost', false, true],
  ['alreadyExists', 'zone', 'lost', false, true],
  ['neverMade', 'zone', 'lost', true, false],
  ['unanswered', 'zone', 'lost', true, true],
  ['noTimeLimit', 'all', 'internal', true, false],
] as const;

test.each(CODES)('%s: scope %s, %s, may have existed %s, zone %s', (code, scope, reason, mayHaveExisted, isZones) => {
  expect(internalFailure(code)).toStrictEqual({ scope, reason, mayHaveExisted, isZonesFault: isZones });
  expect(isZonesFault({ code, reason })).toBe(isZones);
  // No prefixes: a code of Google's that begins so is not ours.
  expect(internalFailure(`${code}_WITH_DETAILS`)).toBeUndefined();
});

test.each(['', 'QUOTA_EXCEEDED', 'DISKLEFT', 'toString', 'constructor', '__proto__'])('%j is none of ours', (code) => {
  expect(internalFailure(code)).toBeUndefined();
});

test.each<[code: string, reason: 'no-capacity' | 'quota' | 'lost', isZones: boolean]>([
  ['ZONE_RESOURCE_POOL_EXHAUSTED', 'no-capacity', true],
  ['QUOTA_EXCEEDED', 'quota', false],
  ['unanswered', 'no-capacity', true],
  ['neverMade', 'no-capacity', false],
])('%s for %s speaks against the zone: %s', (code, reason, isZones) => {
  expect(isZonesFault({ code, reason })).toBe(isZones);
});

test('no failure speaks against no zone', () => expect(isZonesFault(undefined)).toBe(false));

test.each<[failure: string | undefined, code: InternalCode, isIt: boolean]>([
  ['neverMade', 'neverMade', true],
  ['neverMade', 'unanswered', false],
  ['neverMade_WITH_DETAILS', 'neverMade', false],
  [undefined, 'neverMade', false],
])('a failure with the code %s is %s: %s', (code, wanted, isIt) => {
  const failure =
    code === undefined ? undefined : { code, scope: 'zone' as const, reason: 'lost' as const, message: '' };
  expect(isInternal(failure, wanted)).toBe(isIt);
});
