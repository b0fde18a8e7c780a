// Merges what a user requests into the build of an image. Messages may come twice or in another order: the result is the same.
import type { BuildRequest, ImageRequest, ImageState } from '@mymlops/protocol';
import { isDeepStrictEqual } from 'node:util';
import { RequestConflictError } from '../kind';

export const EMPTY_IMAGE: ImageState = { v: 1, attempts: {} };

/** Undefined: there is no such build, and the request makes none. Throws RequestConflictError. */
export function observeRequest(
  state: ImageState | undefined,
  request: ImageRequest,
  at: string,
): ImageState | undefined {
  switch (request.type) {
    case 'build':
      return observeBuild(state ?? EMPTY_IMAGE, request, at);
    case 'cancel-build':
      // One that overtakes its build waits for it in a document of its own.
      return observeCancel(state ?? EMPTY_IMAGE, request);
    case 'remove-image':
      // A build that goes on is cancelled first: its own request says so.
      return state?.end && !state.deletion ? { ...state, deletion: { by: request.by, at } } : state;
  }
}

function observeBuild(state: ImageState, request: BuildRequest, at: string): ImageState {
  if (state.request === undefined) return { ...state, request, acceptedAt: at };
  if (isDeepStrictEqual(state.request, request)) return state;
  throw new RequestConflictError(`build ${request.build} exists with another request`);
}

/** The earliest cancel stays. */
function observeCancel(state: ImageState, { by, at }: { by: string; at: string }): ImageState {
  const known = state.cancel;
  if (known && (known.at < at || (known.at === at && known.by <= by))) return state;
  return { ...state, cancel: { by, at } };
}
