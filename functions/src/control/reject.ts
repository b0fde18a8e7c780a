// A first request that cannot be carried out becomes a document that says so.
import type { RejectRequest } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import type { Context } from '../ports/context';
import { kindNamed } from './kind';

/** Leaves a document of that id alone, if there is one. May be called any number of times. */
export async function reject(
  { kind: name, id, reason, message }: RejectRequest,
  {
    kinds,
    documents,
    settings,
    now,
  }: Pick<Context, 'documents' | 'now'> & { kinds: readonly Kind[]; settings: Pick<Context['settings'], 'buckets'> },
): Promise<void> {
  const kind = kindNamed(name, kinds);
  if (!kind) return;
  const state = kind.refused(reason, message, new Date(now()).toISOString());
  await documents(kind.documents).create(id, state, kind.summarize(state, settings));
}
