// The record of a VM that could not be powered on.
import { cutText, type Period, type VmFailure } from '@mymlops/protocol';
import { classifyFailure } from '../../engine/vm/failure-lookup';
import { isZonesFault, type InternalCode } from '../../engine/vm/internal-failures';
import { withStart, type VmUpdate } from '../../engine/vm/record';
import type { CloudFailure } from '../../ports/cloud-answer';
import { timestamp, type EffectContext } from '../effect';

const MAX_MESSAGE = 500;
const MAX_ZONES = 20;

/** Remembers a stocked-out zone for the others in this process, and logs a code that nobody has met. */
export function settledBadly(
  failure: CloudFailure,
  { zone, machine }: { zone: string; machine: string },
  context: Pick<EffectContext, 'log' | 'now' | 'stockedOutZones'>,
): Required<Pick<Period['start'], 'settledAt' | 'failure'>> {
  const { code, zonesAvailable, httpStatus } = failure;
  const message = cutText(failure.message, MAX_MESSAGE);
  const said = { code, message, ...(httpStatus !== undefined && { httpStatus }) };
  const { isKnown, reason, scope } = classifyFailure(said);
  if (!isKnown) context.log('ERROR', 'unknown failure of Compute Engine', { code, httpStatus, cause: message, zone });
  if (isZonesFault({ code, reason })) context.stockedOutZones.add(zone, machine, context.now());
  const hint = zonesAvailable && { zonesAvailable: zonesAvailable.slice(0, MAX_ZONES) };
  const settled: VmFailure = { ...said, reason, scope, ...hint };
  return { settledAt: timestamp(context), failure: settled };
}

/**
 * A failed insert can still leave resources behind, and one that was refused may have been made by a call whose answer was
 * lost: the next decision deletes whatever exists.
 */
export function failed(failure: CloudFailure, vm: { zone: string; machine: string }, context: EffectContext): VmUpdate {
  const settled = settledBadly(failure, vm, context);
  return (known) => withStart(known, settled);
}

export const failedInternally = (
  code: InternalCode,
  message: string,
  vm: { zone: string; machine: string },
  context: EffectContext,
): VmUpdate => failed({ code, message }, vm, context);
