// Merges what a user requests into an instance. Messages may come twice or in another order: the result is the same.
import type { InstanceRequest, InstanceState, StartRequest } from '@mymlops/protocol';
import { isDeepStrictEqual } from 'node:util';
import { RequestConflictError } from '../kind';
import { EMPTY_INSTANCE } from './readings';

/** So many earlier uids are known: a message about one of them is late. */
const MAX_EARLIER = 20;

/** Undefined: there is no such instance, and the request makes none. Throws RequestConflictError. */
export function observeRequest(
  state: InstanceState | undefined,
  request: InstanceRequest,
  at: string,
): InstanceState | undefined {
  if (state?.earlier?.includes(request.uid)) return state;
  if (request.type === 'start') return observeStart(state ?? EMPTY_INSTANCE, request, at);
  if (!state || state.uid !== request.uid) return state;
  switch (request.type) {
    case 'stop':
      return observeStop(state, request.period, { by: request.by, at });
    case 'extend':
      return observeExtend(state, request);
    case 'delete':
      return state.deletion ? state : { ...state, deletion: { by: request.by, at } };
  }
}

function observeStart(state: InstanceState, request: StartRequest, at: string): InstanceState {
  const { uid, period, spec, by, waitSeconds } = request;
  // A copy of its own start that comes after it was deleted makes nothing.
  if (state.uid === uid && state.deletedAt !== undefined) return state;
  if (state.uid === undefined || state.deletedAt !== undefined) return created(state, request, at);
  if (state.uid !== uid) return joined(state, request);
  if (state.deletion || period <= state.started || period <= state.stopped) return state;
  const next = {
    ...state,
    started: period,
    wait: { since: at, seconds: waitSeconds },
    spec,
    owner: state.owner ?? by,
  };
  return withoutWait(next);
}

/** The first of its name, or after one that is deleted. */
function created(
  state: InstanceState,
  { uid, by, spec, period, waitSeconds }: StartRequest,
  at: string,
): InstanceState {
  const earlier = [...(state.earlier ?? []), ...(state.uid === undefined ? [] : [state.uid])].slice(-MAX_EARLIER);
  const wait = { since: at, seconds: waitSeconds };
  return {
    ...EMPTY_INSTANCE,
    ...{ uid, owner: by, createdAt: at, spec, wait, started: period },
    // A period below it was never asked for.
    ...{ stopped: period - 1, current: period - 1 },
    ...(earlier.length > 0 && { earlier }),
  };
}

/** Two created it at once: the second one joins, if both want the same. */
function joined(state: InstanceState, { spec, period, name }: StartRequest): InstanceState {
  if (period === 1 && isDeepStrictEqual(state.spec, spec)) return state;
  throw new RequestConflictError(`instance ${name} exists with another specification`);
}

/** The wait of an earlier start is over. */
function withoutWait(state: InstanceState): InstanceState {
  const { capacity: _, ...rest } = state;
  return rest;
}

/** Ends the period that was requested; one that is over stays as it is. */
function observeStop(state: InstanceState, period: number, { by, at }: { by: string; at: string }): InstanceState {
  if (period <= state.stopped || period > state.started) return state;
  const stop = { period, reason: 'user' as const, message: `Stopped by ${by}.`, at, by };
  return { ...state, stopped: period, stop };
}

/** The latest time counts; not beyond the time at which Google ends the VM. */
function observeExtend(state: InstanceState, { period, until }: { period: number; until: string }): InstanceState {
  if (period !== state.started || period <= state.stopped) return state;
  const known = state.until?.period === period ? state.until.at : '';
  const isLater = known === '' || Date.parse(known) < Date.parse(until);
  return isLater ? { ...state, until: { period, at: until } } : state;
}
