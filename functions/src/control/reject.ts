// A first request that is not understood becomes a document that says so.
import { REASONS } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import type { Context } from '../ports/context';

/** The id; undefined where nothing tells which it would be. If there is a document of that id, it is left alone. */
export async function rejectRequest(
  text: string,
  cause: string,
  {
    kinds,
    documents,
    settings,
    now,
  }: Pick<Context, 'documents' | 'now'> & { kinds: readonly Kind[]; settings: Pick<Context['settings'], 'bucket'> },
): Promise<string | undefined> {
  for (const kind of kinds) {
    const id = kind.idInUnreadable(text);
    if (id === undefined) continue;
    const at = new Date(now()).toISOString();
    const state = kind.refused('invalid-request', `${REASONS['invalid-request']} (${cause})`, at);
    await documents(kind.documents).create(id, state, kind.summarize(state, settings));
    return id;
  }
  return undefined;
}
