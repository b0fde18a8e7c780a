// Chooses where the next VM of a build goes and writes the intent.
import {
  buildVmName,
  DEPLOYMENT_POOL,
  IMAGE_KIND,
  type BuildAttempt,
  type BuildRequest,
  type HeldSlots,
  type ImageState,
} from '@mymlops/protocol';
import { afterAllTried, afterPlacement } from '../../engine/vm/capacity';
import type { Stored } from '../../ports/documents';
import { timestamp, type Effect, type EffectResult } from '../effect';
import { inSlots } from '../slots';
import { placeVm } from '../vm/place';

/** Boot, scrubbing and power-off, beside the setup. */
const REST_SECONDS = 1800;

export const placeBuild: Effect<ImageState> = async (stored, number, context) => {
  const { id, state } = stored;
  const request = requestOf(stored);
  const { deployment, maxParallel } = context.settings;
  const placed = await placeVm(
    stored,
    {
      kind: IMAGE_KIND,
      machine: request.machine,
      earlier: Object.values(state.attempts).map(({ vm }) => vm),
      ...(state.capacity && { capacity: state.capacity }),
      name: buildVmName(deployment, id, number),
      requestParts: [IMAGE_KIND, id, number],
      maxRunDurationSeconds: request.maxBuildSeconds + REST_SECONDS,
      terminationAction: 'STOP',
      keepsDisk: true,
      pools: [{ pool: DEPLOYMENT_POOL, max: maxParallel }],
    },
    context,
  );
  if ('stockedOut' in placed) return pause(state, number, context.now());
  if ('refused' in placed) {
    const goneAt = timestamp(context);
    return begin(number, { vm: { ...placed.refused, goneAt, diskGoneAt: goneAt } });
  }
  const { pools } = placed;
  if ('waiting' in placed) {
    if (pools.length === 0) return undefined;
    return { merge: (known) => queued(known, placed.waiting, context.now()), pools };
  }
  return inSlots(placed, begin(number, { vm: placed.vm }).merge);
};

/** Throws for a build without a request, on which nothing acts. */
export function requestOf({ id, state }: Stored<ImageState>): BuildRequest {
  if (!state.request) throw new Error(`build ${id} has no request`);
  return state.request;
}

/** Waiting for a slot is not waiting for capacity: its clock stops. */
function queued(state: ImageState, slots: HeldSlots, nowMs: number): ImageState {
  const capacity = afterPlacement(state, nowMs);
  return { ...state, slots, ...(capacity && { capacity }) };
}

/** Another invocation may have decided meanwhile, or the user may have cancelled: then its word stands. */
const begin = (number: number, attempt: BuildAttempt): EffectResult<ImageState> => ({
  merge: (state) =>
    isUndecided(state, number) ? { ...state, attempts: { ...state.attempts, [number]: attempt } } : state,
});

/** Unless the build has been paused or queued meanwhile: then its clock is set, or stands still. */
function pause(known: ImageState, number: number, nowMs: number): EffectResult<ImageState> {
  const isAsKnown = ({ capacity }: ImageState): boolean =>
    capacity?.since === known.capacity?.since && capacity?.rounds === known.capacity?.rounds;
  return {
    merge: (state) =>
      isUndecided(state, number) && isAsKnown(state) ? { ...state, capacity: afterAllTried(state, nowMs) } : state,
  };
}

const isUndecided = (state: ImageState, number: number): boolean =>
  !state.attempts[number] && !state.cancel && !state.end;
