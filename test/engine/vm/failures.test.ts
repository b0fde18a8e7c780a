// Why an insert failed, by Google's code: the next zone, or the end of the run. The codes are those that were met (research,
// gcp-facts 1.4), as an operation and as a refused call say them.
import { classifyFailure } from '../../../functions/src/engine/vm/failures';

const OTHER_ZONE = { scope: 'zone', reason: 'no-capacity', isKnown: true };
const QUOTA = { scope: 'all', reason: 'quota', isKnown: true };
const PERMISSION = { scope: 'all', reason: 'permission', isKnown: true };
const UNKNOWN = { ...OTHER_ZONE, isKnown: false };

describe('another zone may have what this one has not', () => {
  test.each([
    'ZONE_RESOURCE_POOL_EXHAUSTED',
    'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS',
    'REGION_RESOURCE_POOL_EXHAUSTED',
    'RESOURCE_POOL_EXHAUSTED',
    'GPU_STOCKOUT',
    'stockout',
    'insufficientCapacity',
    'UNSUPPORTED_OPERATION', // preempted while it is made
    'RESOURCE_NOT_READY', // of this name there is one that is still stopping
    'RESOURCE_OPERATION_RATE_EXCEEDED',
    'RESOURCE_NOT_FOUND', // from an operation whose call was accepted: most likely no capacity
  ])('%s', (code) => {
    expect(classifyFailure(code, 'why')).toEqual(OTHER_ZONE);
    expect(classifyFailure(`${code}_AS_NEVER_SEEN`, 'why')).toEqual(OTHER_ZONE);
  });

  test.each(['forbidden', 'notFound', '403'])('%s of a location that is not found or may not be used', (code) => {
    const message = 'Location us-east9-b is not found or access is unauthorized.';
    expect(classifyFailure(code, message)).toEqual(OTHER_ZONE);
  });
});

describe('no zone will do', () => {
  test.each(['QUOTA_EXCEEDED', 'quotaExceeded', 'LIMIT_EXCEEDED'])('%s: the quota is used up', (code) => {
    expect(classifyFailure(code, "Quota 'GPUS_ALL_REGIONS' exceeded. Limit: 0.0 globally.")).toEqual(QUOTA);
    expect(classifyFailure(`${code}_AS_NEVER_SEEN`, 'why')).toEqual(QUOTA);
  });

  test.each([
    ['forbidden', "Required 'compute.instances.create' permission for 'projects/p/zones/z/instances/i'"],
    ['required', 'Login required'],
    ['accessNotConfigured', 'Compute Engine API has not been used in project 1 before'],
    ['IAM_PERMISSION_DENIED', 'IAM permission denied for service account'],
    ['PERMISSION_DENIED', 'why'],
    ['VPC_NOT_FOUND', 'why'],
    ['notFound', "The resource 'projects/p/global/images/family/f' was not found"],
    ['invalid', 'Requested disk size cannot be smaller than the image size (50 GB)'],
    ['INVALID_USAGE', 'why'],
    ['badRequest', 'why'],
    ['conditionNotMet', 'why'],
    // Of a body that is no JSON the status is all there is.
    ['400', 'why'],
    ['401', 'why'],
    ['403', 'why'],
    ['404', 'why'],
  ])('%s: %s', (code, message) => expect(classifyFailure(code, message)).toEqual(PERMISSION));
});

// In upper case an operation lacked something in its zone; as a reason of the call, something is named that does not exist.
test('upper case tells a zone that lacks something from a name that does not exist', () => {
  expect([classifyFailure('RESOURCE_NOT_FOUND', ''), classifyFailure('notFound', '')]).toEqual([
    OTHER_ZONE,
    PERMISSION,
  ]);
  expect(classifyFailure('resource_not_found', '')).toEqual(UNKNOWN);
});

test.each(['SOMETHING_NEW', 'unknown', '', 'THE_QUOTA', 'NOT_forbidden'])(
  'a code that nobody has met is the trouble of the zone: %j',
  (code) => expect(classifyFailure(code, 'a quota, forbidden, notFound')).toEqual(UNKNOWN),
);

test.each([
  'GLOBAL_RESOURCE_POOL_EXHAUSTED',
  'NOT_insufficientCapacity',
  'A_GPU_STOCKOUT',
  'A_stockout',
  'AN_UNSUPPORTED_OPERATION',
  'A_RESOURCE_NOT_READY',
  'A_RESOURCE_NOT_FOUND',
  'SOMETHING_invalid',
])('a code counts by its beginning: nobody has met %s', (code) => {
  expect(classifyFailure(code, 'why')).toEqual(UNKNOWN);
});

test.each(['RESOURCE_NOT_READY', 'resourceNotReady', 'RESOURCE_NOTREADY', 'RESOURCENOT_READY'])(
  'of this name there is one that is still stopping: %s',
  (code) => expect(classifyFailure(code, 'why')).toEqual(OTHER_ZONE),
);

test('only a message that begins so speaks of the location', () => {
  const message = 'Subnet: Location us-east9-b is not found or access is unauthorized.';
  expect(classifyFailure('forbidden', message)).toEqual(PERMISSION);
});

test.each([
  ['diskLeft', 'zone', 'lost'],
  ['neverMade', 'zone', 'lost'],
  ['noTimeLimit', 'all', 'internal'],
])('a code of our own, %s, says it itself, though its message may quote what Google said', (code, scope, reason) => {
  const message = 'Location us-east9-b is not found or access is unauthorized.';
  expect(classifyFailure(code, message)).toEqual({ scope, reason, isKnown: true });
});

test.each(['toString', 'constructor', '__proto__'])('%s is a code that nobody has met', (code) => {
  expect(classifyFailure(code, '')).toEqual(UNKNOWN);
});
