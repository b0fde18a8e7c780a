// Loads a document, changes its state, writes it back; again when another write came first.
import type { Audit } from '../engine/document';
import type { Kind, KindState } from '../engine/kind';
import type { Context } from '../ports/context';

/** Writers of one document: request, event, sweep, each a few times at once. */
const MAX_TRIES = 20;

export interface Change<State> {
  /** Undefined: the document does not exist, and is not to be made. */
  next: (state: State | undefined) => State | undefined;
  /** The audit document of the report that the change comes from, written in the same commit. */
  audit?: Audit;
}

/**
 * Returns the state as it is afterwards; undefined if the document does not exist. If nothing changes, only the audit is
 * written. A document that is being removed is left as it is: what was written to it now would be left behind.
 */
export async function change<State extends KindState>(
  kind: Kind<State>,
  id: string,
  { next, audit }: Change<State>,
  { documents, settings }: Pick<Context, 'documents'> & { settings: Pick<Context['settings'], 'buckets'> },
): Promise<State | undefined> {
  const store = documents(kind.documents);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await store.load(id);
    if (stored?.state.removing) return stored.state;
    const state = next(stored?.state);
    if (!state || (state === stored?.state && !audit)) return state;
    const summary = kind.summarize(state, settings);
    if (stored) {
      if (await store.update(stored, state, summary, audit && { audit })) return state;
      continue;
    }
    const outcome = await store.create(id, state, summary);
    if (outcome !== 'exists') return outcome === 'created' ? state : undefined;
  }
  throw new Error(`${kind.name} ${id} is written to faster than it can be changed`);
}
