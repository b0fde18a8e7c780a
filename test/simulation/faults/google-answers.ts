// What Compute Engine says to an insert, and what that means, told apart from the code that is on trial: whether another zone or
// region may do, and how a run ends where none does.
import type { InsertFault } from './plan';
import type { Random } from './random';

export interface Answer extends Pick<InsertFault, 'code' | 'message' | 'httpStatus'> {
  scope: 'zone' | 'region' | 'project' | 'all';
  reason: 'no-capacity' | 'quota' | 'permission' | 'invalid-machine';
  /** In no row of the functions' own table: the status decides. */
  isUnknown?: true;
  /** There is none of it, which no VM that ends changes. */
  isZero?: true;
  /** However often it comes. */
  passes?: true;
}

const MISFIT = 'The features are not compatible for creating instance: a machine type and a disk.';
const LOCATIONS = 'Location violates constraint constraints/gcp.resourceLocations on the resource.';
/** Of a quota that the project does not have in a region. */
export const NO_GPUS = "Quota 'NVIDIA_L4_GPUS' exceeded.  Limit: 0.0 in region us-east1.";
const QUOTED = "'us-east1-b' violates constraint 'constraints/gcp.resourceLocations'";
const NO_QUOTA = "Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.";
const ADDRESSES = 'Constraint constraints/compute.vmExternalIpAccess violated for project 7.';

export const ANSWERS: readonly [Answer, ...Answer[]] = [
  { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', scope: 'zone', reason: 'no-capacity' },
  { code: 'ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS', message: MISFIT, scope: 'all', reason: 'invalid-machine' },
  { code: 'REGION_RESOURCE_POOL_EXHAUSTED', scope: 'region', reason: 'no-capacity' },
  { code: 'GPU_STOCKOUT', scope: 'zone', reason: 'no-capacity' },
  { code: 'UNSUPPORTED_OPERATION', scope: 'zone', reason: 'no-capacity' },
  { code: 'resourceNotReady', httpStatus: 400, scope: 'zone', reason: 'no-capacity' },
  { code: 'RATE_LIMIT_EXCEEDED', httpStatus: 403, scope: 'zone', reason: 'no-capacity' },
  { code: 'INTERNAL_ERROR', httpStatus: 500, scope: 'zone', reason: 'no-capacity' },
  { code: 'RESOURCE_NOT_FOUND', httpStatus: 404, scope: 'zone', reason: 'no-capacity' },
  { code: 'QUOTA_EXCEEDED', httpStatus: 403, scope: 'region', reason: 'quota' },
  { code: 'quotaExceeded', httpStatus: 403, scope: 'region', reason: 'quota' },
  { code: 'QUOTA_EXCEEDED', message: "Quota 'CPUS_ALL_REGIONS' exceeded.", scope: 'project', reason: 'quota' },
  { code: 'QUOTA_EXCEEDED', message: NO_QUOTA, httpStatus: 403, scope: 'all', reason: 'quota', isZero: true },
  { code: 'QUOTA_EXCEEDED', message: NO_GPUS, httpStatus: 403, scope: 'region', reason: 'quota', isZero: true },
  { code: 'IP_SPACE_EXHAUSTED', scope: 'region', reason: 'quota' },
  { code: 'conditionNotMet', message: LOCATIONS, httpStatus: 412, scope: 'zone', reason: 'permission' },
  { code: 'CONDITION_NOT_MET', message: QUOTED, httpStatus: 412, scope: 'zone', reason: 'permission' },
  { code: 'conditionNotMet', message: ADDRESSES, httpStatus: 412, scope: 'all', reason: 'permission' },
  { code: 'forbidden', httpStatus: 403, scope: 'all', reason: 'permission' },
  { code: 'SUBNET_NOT_FOUND', httpStatus: 404, scope: 'region', reason: 'invalid-machine' },
  { code: 'notFound', httpStatus: 404, scope: 'all', reason: 'invalid-machine' },
  { code: 'INVALID_USAGE', httpStatus: 400, scope: 'all', reason: 'invalid-machine' },
  { code: 'SOMETHING_NEW', scope: 'zone', reason: 'no-capacity', isUnknown: true },
  { code: 'SOMETHING_DOWN', httpStatus: 503, scope: 'zone', reason: 'no-capacity', isUnknown: true },
  { code: 'SOMETHING_BUSY', httpStatus: 429, scope: 'zone', reason: 'no-capacity', isUnknown: true, passes: true },
  { code: 'SOMETHING_WRONG', httpStatus: 400, scope: 'all', reason: 'invalid-machine', isUnknown: true },
  { code: 'SOMETHING_FORBIDDEN', httpStatus: 403, scope: 'all', reason: 'permission', isUnknown: true },
];

/** The words of an answer of which the code says all. */
export const AS_PLANNED = 'as planned';

/** What that answer means; undefined where nobody of a history gives it. */
export const answerLike = ({ code, message }: { code: string; message?: string }): Answer | undefined =>
  ANSWERS.find((each) => each.code === code && (each.message ?? AS_PLANNED) === (message ?? AS_PLANNED));

/** Of another one, whose codes another row may have. */
const FIVE_OR_SO = [4, 5, 6] as const;

/** One attempt after the other of a run is answered so, and its zones are in one region or in two. */
export function googleAnswers(
  zones: string[],
  run: string,
  random: Random,
): { zones: string[]; faults: InsertFault[] } {
  const isSame = random.chance('same answer', 0.3);
  const count = isSame ? random.pick('answers', FIVE_OR_SO) : random.between('answers', 1, 4);
  const more = random.pick('more zones', [[], ['east-a'], ['east-a', 'east-b']]);
  const faults = Array.from({ length: count }, (_, index): InsertFault => {
    const of = isSame ? '' : ` ${index}`;
    const { code, message, httpStatus } = random.pick(`answer${of}`, ANSWERS);
    return {
      ...{ kind: 'insert', run, attempt: index + 1, code },
      ...(message !== undefined && { message }),
      ...(httpStatus !== undefined && { httpStatus }),
      ...(random.chance(`at once ${index}`, 0.4) && { isAtOnce: true }),
    };
  });
  return { zones: [...zones, ...more], faults };
}
