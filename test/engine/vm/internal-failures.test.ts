// Why a VM could not be had, in codes of our own: whether another zone may do, and whether there may have been a VM.
import { internalFailure, isInternal, type InternalCode } from '../../../functions/src/engine/vm/internal-failures';

const CODES = [
  ['diskLeft', 'zone', 'no-capacity', false],
  ['alreadyExists', 'zone', 'no-capacity', false],
  ['neverMade', 'zone', 'lost', true],
  ['unanswered', 'zone', 'no-capacity', true],
  ['noTimeLimit', 'all', 'internal', true],
] as const;

test.each(CODES)('%s: scope %s, %s, there may have been a VM: %s', (code, scope, reason, mayHaveExisted) => {
  expect(internalFailure(code)).toStrictEqual({ scope, reason, mayHaveExisted });
  // No prefixes: a code of Google's that begins so is not ours.
  expect(internalFailure(`${code}_WITH_DETAILS`)).toBeUndefined();
});

test.each(['', 'QUOTA_EXCEEDED', 'DISKLEFT', 'toString', 'constructor', '__proto__'])('%j is none of ours', (code) => {
  expect(internalFailure(code)).toBeUndefined();
});

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
