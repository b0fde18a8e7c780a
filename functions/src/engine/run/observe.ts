// Merges an observation into a run. Messages may come twice or in another order: the result is the same. The end decision is
// never touched.
import {
  inTodaysForm,
  type CancelRequest,
  type CommitRequest,
  type PublishedRequest,
  type RemoveRequest,
  type RunRequest,
  type RunState,
} from '@mymlops/protocol';
import { isDeepStrictEqual } from 'node:util';
import { RequestConflictError } from '../kind';
import { isSettled } from './settled';

export const EMPTY_RUN: RunState = { v: 1, attempts: {} };

/** Takes a commit over. The same request again changes nothing; another one under this id throws RequestConflictError. */
export function observeCommit(state: RunState, request: CommitRequest, at: string): RunState {
  if (state.request === undefined) return { ...state, request, acceptedAt: at };
  if (isDeepStrictEqual(inTodaysForm(state.request), request)) return state;
  throw new RequestConflictError(`run ${request.run} exists with another request`);
}

/** The earliest cancel stays. */
export function observeCancel(state: RunState, { by, at }: Pick<CancelRequest, 'by' | 'at'>): RunState {
  const known = state.cancel;
  if (known && (known.at < at || (known.at === at && known.by <= by))) return state;
  return { ...state, cancel: { by, at } };
}

/** `publish RUN` pushed from the user's computer. */
export function observePublished(state: RunState, { commit, at }: Pick<PublishedRequest, 'commit' | 'at'>): RunState {
  if (!state.end || state.publication?.state === 'done') return state;
  return { ...state, publication: { state: 'done', commit, at } };
}

/** Only a settled run is removed, and the first who asks is noted. */
export function observeRemove(state: RunState, { by }: Pick<RemoveRequest, 'by'>, at: string): RunState {
  return state.removing || !isSettled(state) ? state : { ...state, removing: { by, at } };
}

/** Merges what a user requests. Undefined: there is no such run, and the request makes none. Throws RequestConflictError. */
export function observeRequest(state: RunState | undefined, request: RunRequest, at: string): RunState | undefined {
  switch (request.type) {
    case 'commit':
      return observeCommit(state ?? EMPTY_RUN, request, at);
    case 'cancel':
      // A cancel that overtakes its commit waits for it in a document of its own.
      return observeCancel(state ?? EMPTY_RUN, request);
    case 'published':
      return state && observePublished(state, request);
    case 'remove':
      return state && observeRemove(state, request, at);
  }
}
