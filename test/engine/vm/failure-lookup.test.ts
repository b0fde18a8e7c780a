// Codes that the table does not have, and the sentences that a user reads of a failure.
import type { VmFailure } from '@mymlops/protocol';
import { CAUSES, NEXT_STEPS } from '@mymlops/protocol';
import { classifyFailure, failureWords, isRepeatedUnknown } from '../../../functions/src/engine/vm/failure-lookup';
import { aVm } from '../../fakes/builders';

describe('a code that nobody has met', () => {
  test.each<[number | undefined, VmFailure['scope'], VmFailure['reason']]>([
    [undefined, 'zone', 'no-capacity'],
    [500, 'zone', 'no-capacity'],
    [503, 'zone', 'no-capacity'],
    // Such as RATE_LIMIT_EXCEEDED, ABORTED, TIMEOUT: they ended the run as the user's fault.
    [408, 'zone', 'no-capacity'],
    [409, 'zone', 'no-capacity'],
    [429, 'zone', 'no-capacity'],
    [400, 'all', 'invalid-machine'],
    [404, 'all', 'invalid-machine'],
    [412, 'all', 'invalid-machine'],
    [401, 'all', 'permission'],
    [403, 'all', 'permission'],
  ])('with HTTP status %s: %s, %s', (httpStatus, scope, reason) => {
    const answer = { code: 'SOMETHING_NEW', message: 'why', ...(httpStatus !== undefined && { httpStatus }) };
    expect(classifyFailure(answer)).toMatchObject({ scope, reason, isKnown: false });
  });

  // A code counts by its beginning; the words of the message count for locations, policies and misfits only.
  test.each([
    'GLOBAL_RESOURCE_POOL_EXHAUSTED',
    'NOT_insufficientCapacity',
    'A_GPU_STOCKOUT',
    'A_RESOURCE_NOT_FOUND',
    'THE_QUOTA',
    'NOT_forbidden',
    'SOMETHING_invalid',
    'unknown',
    '',
    'toString',
    '__proto__',
  ])('%j', (code) => {
    expect(classifyFailure({ code, message: 'a quota, forbidden, notFound' }).isKnown).toBe(false);
  });

  test('in upper case, a zone lacks something; in camel case, a name does not exist', () => {
    const scopeOf = (code: string) => classifyFailure({ code, message: '' }).scope;
    expect([scopeOf('RESOURCE_NOT_FOUND'), scopeOf('notFound')]).toEqual(['zone', 'all']);
  });

  const failedWith = (code: string) =>
    aVm({ start: { failure: { code, message: 'm', reason: 'no-capacity', scope: 'zone' } } });
  test.each<[what: string, codes: string[], isIt: boolean]>([
    ['five in a row', ['NEW', 'NEW', 'NEW', 'NEW', 'NEW'], true],
    ['five in a row, after others', ['stockout', 'NEW', 'NEW', 'NEW', 'NEW', 'NEW'], true],
    ['four', ['NEW', 'NEW', 'NEW', 'NEW'], false],
    ['not the same code', ['NEW', 'NEW', 'NEWER', 'NEW', 'NEW'], false],
    ['a code that is known', ['stockout', 'stockout', 'stockout', 'stockout', 'stockout'], false],
    ['an interruption of the row', ['NEW', 'NEW', 'stockout', 'NEW', 'NEW', 'NEW'], false],
  ])('is not the trouble of zones after %s', (_what, codes, isIt) => {
    expect(isRepeatedUnknown(codes.map(failedWith))).toBe(isIt);
  });

  test.each<[what: string, httpStatus: number | undefined, zones: string, isIt: boolean]>([
    ['of no status, in one zone', undefined, 'aaaaa', true],
    ['of 400, in one zone', 400, 'aaaaa', true],
    // The zone is down, perhaps for an hour: it ended the run as an error of ours.
    ['of 503, in one zone', 503, 'aaaaa', false],
    ['of 503, in four zones', 503, 'abcdabcd', false],
    ['of 503, in five zones', 503, 'abcade', true],
    ['of 429, in five zones', 429, 'abcde', false],
    ['of 409, in one zone', 409, 'aaaaa', false],
    ['of 408, in one zone', 408, 'aaaaa', false],
  ])('a code that nobody has met, time after time, %s', (_what, httpStatus, zones, isIt) => {
    const status = httpStatus !== undefined && { httpStatus };
    const failure = { code: 'NEW', message: 'm', reason: 'no-capacity', scope: 'zone', ...status } as const;
    const vms = zones.split('').map((zone) => aVm({ zone, start: { failure } }));
    expect(isRepeatedUnknown(vms)).toBe(isIt);
  });

  test('a VM among them that was made breaks the row', () => {
    expect(isRepeatedUnknown([failedWith('NEW'), failedWith('NEW'), aVm(), failedWith('NEW'), failedWith('NEW')])).toBe(
      false,
    );
  });
});

test.each([
  ['diskLeft', 'zone', 'lost'],
  ['neverMade', 'zone', 'lost'],
  ['noTimeLimit', 'all', 'internal'],
] as const)('a code of our own, %s, says it itself, though its message may quote Google', (code, scope, reason) => {
  const message = 'Location us-east9-b is not found or access is unauthorized.';
  expect(classifyFailure({ code, message })).toEqual({
    ...{ scope, reason, cause: CAUSES[reason], next: NEXT_STEPS[reason] },
    isKnown: true,
  });
});

test('a user reads what happened, with the words of Google, and the next step', () => {
  const vm = { zone: 'us-east1-b', machine: 'a2-highgpu-1g' };
  const failure = {
    code: 'VPC_NOT_FOUND',
    message: 'no such network',
    reason: 'invalid-machine',
    scope: 'all',
  } as const;
  expect(failureWords(vm, failure)).toEqual({
    message: "The deployment's network does not fit (VPC_NOT_FOUND: no such network).",
    next: 'Let an administrator correct network and subnetworks of the deployment.',
  });
  const stockout = { code: 'GPU_STOCKOUT', message: 'try later', reason: 'no-capacity', scope: 'zone' } as const;
  expect(failureWords(vm, stockout).message).toBe(
    'us-east1-b had no capacity for a2-highgpu-1g (GPU_STOCKOUT: try later).',
  );
  // One of ours is a sentence itself.
  const ours = { code: 'diskLeft', message: 'Only its disk was made', reason: 'lost', scope: 'zone' } as const;
  expect(failureWords(vm, ours).message).toBe('Only its disk was made.');
});
