// Google's error codes -> is it this zone or all of them, and why a VM cannot be had. One table, matched by prefix:
// codes come bare and with suffixes (ZONE_RESOURCE_POOL_EXHAUSTED, ..._WITH_DETAILS). Capacity errors come from the
// operation, most others from the call itself.
import type { VmFailure } from '@mymlops/protocol';
import { internalFailure } from './internal-failures';

type Class = Pick<VmFailure, 'scope' | 'reason'>;

const OTHER_ZONE: Class = { scope: 'zone', reason: 'no-capacity' };
const QUOTA: Class = { scope: 'all', reason: 'quota' };
const PERMISSION: Class = { scope: 'all', reason: 'permission' };

const TABLE: [RegExp, Class][] = [
  [/^(ZONE_|REGION_)?RESOURCE_POOL_EXHAUSTED|^insufficientCapacity|^GPU_STOCKOUT|^stockout/i, OTHER_ZONE],
  // Seen when a spot VM is preempted while it is made.
  [/^UNSUPPORTED_OPERATION/i, OTHER_ZONE],
  [/^(RESOURCE_?NOT_?READY|RESOURCE_OPERATION_RATE_EXCEEDED)/i, OTHER_ZONE],
  // From an operation, in upper case: the zone lacks what the call was accepted with.
  [/^RESOURCE_NOT_FOUND/, OTHER_ZONE],
  [/^(quota|LIMIT_EXCEEDED)/i, QUOTA],
  [/^(forbidden|IAM_PERMISSION_DENIED|PERMISSION_DENIED|VPC_NOT_FOUND|required|accessNotConfigured)/i, PERMISSION],
  [/^(notFound|invalid|badRequest|conditionNotMet|400|401|403|404)/i, PERMISSION],
];

/** A project that may not use one zone may use the next: the same words come for a zone that does not exist. */
const UNKNOWN_LOCATION = /^Location .* is not found or access is unauthorized/i;

export interface Classified extends Class {
  /** False for a code that nobody has met yet: it is taken for the zone's trouble, and logged. */
  isKnown: boolean;
}

export function classifyFailure(code: string, message: string): Classified {
  const internal = internalFailure(code);
  if (internal) return { scope: internal.scope, reason: internal.reason, isKnown: true };
  if (UNKNOWN_LOCATION.test(message)) return { ...OTHER_ZONE, isKnown: true };
  const found = TABLE.find(([pattern]) => pattern.test(code))?.[1];
  return found ? { ...found, isKnown: true } : { ...OTHER_ZONE, isKnown: false };
}
