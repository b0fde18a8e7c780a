// The store of runs as the loops use it: each write with the summary of what it writes.
import type { Endpoints, Names, RunState } from '@mymlops/protocol';
import { runKind } from '../../functions/src/engine/run/kind';
import { openDatabase } from '../../functions/src/google/database';
import { openDocumentStores } from '../../functions/src/google/documents';
import type { Documents, Stored, WriteExtras } from '../../functions/src/ports/documents';

export interface RunStore extends Omit<Documents<RunState>, 'create' | 'update'> {
  create(run: string, state: RunState): ReturnType<Documents<RunState>['create']>;
  update(stored: Stored<RunState>, state: RunState, extras?: WriteExtras): Promise<boolean>;
}

export function openRunStore(names: Names, local: () => Endpoints | undefined): RunStore {
  const store = openDocumentStores(openDatabase(names, local))(runKind.documents);
  const summaryOf = (state: RunState) =>
    runKind.summarize(state, { buckets: { results: 'of-results', live: 'of-live' } });
  return {
    ...store,
    create: (run, state) => store.create(run, state, summaryOf(state)),
    update: (stored, state, extras) => store.update(stored, state, summaryOf(state), extras),
  };
}

/** Throws if there is none. */
export async function loadRun(runs: RunStore, run: string): Promise<Stored<RunState>> {
  const stored = await runs.load(run);
  if (!stored) throw new Error(`no run ${run}`);
  return stored;
}
