// Whose a VM or disk is, by the document that it names, as that is now.
import type { Kind, KindState } from '../engine/kind';
import { historyOf } from '../engine/orphan-acts';
import { ownershipOf, type FoundResource, type History, type Owner, type Ownership } from '../engine/orphans';
import type { Context } from '../ports/context';
import type { Stored } from '../ports/documents';

/** The kind and the document that a resource names as its owner. */
export function namedOwner(
  found: Pick<FoundResource, 'name' | 'labels'>,
  kinds: readonly Kind[],
): { kind: Kind; owner: Owner } | undefined {
  for (const kind of kinds) {
    const owner = kind.ownerOf(found);
    if (owner) return { kind, owner };
  }
  return undefined;
}

export interface ReadOwnership {
  ownership: Ownership;
  /** The kind of the document that it names. */
  kind?: Kind;
  /** The document that it names, if that exists. */
  document?: { kind: Kind; stored: Stored<KindState> };
}

export async function readOwnership(
  found: FoundResource,
  { documents, now, kinds }: Pick<Context, 'documents' | 'now'> & { kinds: readonly Kind[] },
): Promise<ReadOwnership> {
  const named = namedOwner(found, kinds);
  if (!named) return { ownership: 'orphan' };
  const { kind, owner } = named;
  const store = documents(kind.documents);
  const stored = await store.load(owner.id);
  const history: History = stored
    ? historyOf(kind, stored.state, found, now())
    : { known: false, isRemoved: await store.isRemoved(owner.id) };
  return { ownership: ownershipOf(found, owner, history), kind, ...(stored && { document: { kind, stored } }) };
}
