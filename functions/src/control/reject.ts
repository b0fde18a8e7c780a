// A first request that cannot be carried out becomes a document that says so.
import type { RejectRequest } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import type { Context } from '../ports/context';
import { change } from './change';
import { kindNamed } from './kind';

/**
 * Leaves a document of that id alone, but for one that still waits for its first request: that will not come any more. May be
 * called any number of times.
 */
export async function reject(
  { kind: name, id, reason, message }: RejectRequest,
  context: Pick<Context, 'documents' | 'now'> & {
    kinds: readonly Kind[];
    settings: Pick<Context['settings'], 'buckets'>;
  },
): Promise<void> {
  const kind = kindNamed(name, context.kinds);
  if (!kind) return;
  const refused = kind.refused(reason, message, new Date(context.now()).toISOString());
  await change(
    kind,
    id,
    { next: (known) => (!known || kind.isIncomplete(known) ? { ...known, ...refused } : known) },
    context,
  );
}
