// Google's error codes -> why a run cannot have its VM. One table, matched by prefix: codes come bare and with suffixes
// (ZONE_RESOURCE_POOL_EXHAUSTED, ..._WITH_DETAILS).
import type { Reason } from '@mymlops/protocol';

const TABLE: [RegExp, Reason][] = [
  [
    /^(ZONE_|REGION_)?RESOURCE_POOL_EXHAUSTED|^insufficientCapacity|^GPU_STOCKOUT|^UNSUPPORTED_OPERATION/i,
    'no-capacity',
  ],
  [/^quota|^QUOTA_EXCEEDED|^LIMIT_EXCEEDED/i, 'quota'],
  [/^(forbidden|IAM_PERMISSION_DENIED|PERMISSION_DENIED|VPC_NOT_FOUND|required|accessNotConfigured)/i, 'permission'],
  [/^(notFound|RESOURCE_NOT_FOUND|invalid|INVALID|badRequest)/, 'permission'],
];

/** The reason of a failed insert; `internal` for a code that nobody has met yet. */
export function reasonOfFailure(code: string): Reason {
  return TABLE.find(([pattern]) => pattern.test(code))?.[1] ?? 'internal';
}
