// The rejection of a first request that is not understood: a request to make the document that says so. Pure.
import { causeWith, cutText, MAX_REJECTION_LENGTH, NEXT_STEPS, type RejectRequest } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';

/** Undefined where nothing tells which document it would be. */
export function rejectionOf(text: string, cause: string, kinds: readonly Kind[]): RejectRequest | undefined {
  for (const kind of kinds) {
    const id = kind.idInUnreadable(text);
    if (id === undefined) continue;
    const message = cutText(
      `${causeWith('invalid-request', cause)} ${NEXT_STEPS['invalid-request']}`,
      MAX_REJECTION_LENGTH,
    );
    return { v: 1, type: 'reject', kind: kind.name, id, reason: 'invalid-request', message };
  }
  return undefined;
}
