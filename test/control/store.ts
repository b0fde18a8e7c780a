// The store of run documents with some of its calls replaced.
import type { RunState } from '@mymlops/protocol';
import type { Documents, DocumentStores } from '../../functions/src/ports/documents';
import type { FakeGoogle } from '../fakes/google';

/** `replacements` gets the store as it is, and returns the calls to replace. */
export function replaceInStore(
  { context }: Pick<FakeGoogle, 'context'>,
  replacements: (store: Documents<RunState>) => Partial<Documents<RunState>>,
): void {
  const { documents } = context;
  context.documents = ((spec) => {
    const store = documents(spec);
    return { ...store, ...replacements(store as unknown as Documents<RunState>) };
  }) as DocumentStores;
}
