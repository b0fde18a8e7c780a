// What is written of an insert that made no VM.
import { cutText, type Attempt } from '@mymlops/protocol';
import { classifyFailure } from '../../engine/vm/failures';
import type { CloudFailure } from '../../ports';
import { timestamp, type Acting } from '../effect';

const MAX_MESSAGE = 500;

/** Remembers a dry zone for the other runs of this process, and logs a code that nobody has met. */
export function settledBadly(
  failure: CloudFailure,
  { zone, machine }: Pick<Attempt['decided'], 'zone' | 'machine'>,
  acting: Acting,
): Required<Pick<Attempt, 'insert'>> {
  const { code, zonesAvailable } = failure;
  const message = cutText(failure.message, MAX_MESSAGE);
  const { isKnown, reason, scope } = classifyFailure(code, message);
  if (!isKnown) acting.log('ERROR', 'unknown failure of an insert', { code, cause: message, zone });
  if (reason === 'no-capacity') acting.stockouts.add(zone, machine, acting.now());
  const hint = zonesAvailable && { zonesAvailable: zonesAvailable.slice(0, 20) };
  return { insert: { settledAt: timestamp(acting), failure: { code, message, reason, scope, ...hint } } };
}
