// The request of a run that is acted on.
import type { CommitRequest, RunState } from '@mymlops/protocol';
import type { Stored } from '../../ports/documents';

/** Throws for a run without a request, on which nothing acts. */
export function requestOf({ id, state }: Stored<RunState>): CommitRequest {
  if (!state.request) throw new Error(`run ${id} has no request`);
  return state.request;
}
