// Merges what a user requests into the document that it is about.
import type { Kind } from '../engine/kind';
import type { ActingContext } from '../ports/context';
import { change } from './change';

/** Refused, with a line in the log: the removal of a document that is not settled, or that a live one needs. */
export async function mergeRequest(kind: Kind, request: object, context: ActingContext): Promise<void> {
  const id = kind.idOf(request);
  const isRemoval = kind.isRemoval(request);
  if (isRemoval) {
    const dependent = await liveDependent(kind, id, context);
    if (dependent !== undefined) {
      context.log('WARNING', 'removal refused: a live one resumes from it', { kind: kind.name, id, dependent });
      return;
    }
  }
  const at = new Date(context.now()).toISOString();
  const state = await change(kind, id, { next: (known) => kind.merge(known, request, at) }, context);
  if (isRemoval && state && !state.removing) {
    context.log('WARNING', 'removal refused: it is live', { kind: kind.name, id });
  }
}

/** A live document that still needs `id`. Reads every live one: removals are rare. */
async function liveDependent(
  kind: Kind,
  id: string,
  { documents }: Pick<ActingContext, 'documents'>,
): Promise<string | undefined> {
  for await (const stored of documents(kind.documents).live()) {
    if (kind.dependsOn(stored.state) === id) return stored.id;
  }
  return undefined;
}
