// Makes the image of the disk of a VM that is off, and deletes it again.
import { cutText, LABELS, type ImageState, type MadeImage } from '@mymlops/protocol';
import { imageBody } from '../../engine/image/image-body';
import { requestIdOf } from '../../engine/vm/request-id';
import { attemptOf } from '../../engine/image/attempts';
import type { CloudFailure } from '../../ports/cloud-answer';
import { OPERATION_WAIT_SECONDS, timestamp, type Effect, type EffectContext, type EffectResult } from '../effect';
import { requestOf } from './place-build';

const MAX_MESSAGE = 500;
/** Google's status of an image that it could not make. */
const BROKEN = { code: 'FAILED', message: 'the image is broken' };

/** First the intent, then the call, then what became of it: each is a step of its own, and may be repeated. */
export const makeImage: Effect<ImageState> = async (stored, number, context) => {
  const { state } = stored;
  const { vm } = attemptOf(state, number);
  const request = requestOf(stored);
  const body = imageBody(request, vm, context.settings);
  const { name, family } = body;
  const { made } = state;
  if (!made) return lay({ name, family, attempt: number, requestedAt: timestamp(context) });
  const found = await context.compute.getImage(name);
  if (found?.status === 'READY') return lay({ ...made, readyAt: timestamp(context) });
  const isBroken = found?.status === 'FAILED';
  if (made.operation === undefined) {
    if (isBroken) return lay({ ...made, failure: BROKEN });
    if (!context.isFresh()) return undefined;
    const answer = await context.compute.createImage(body, requestIdOf(name, 'image', number));
    if (!answer) return undefined; // it exists: the next look tells how it is
    return lay({ ...made, ...('refused' in answer ? { failure: cut(answer.refused) } : answer) });
  }
  const operation = await context.compute.awaitImage(made.operation, OPERATION_WAIT_SECONDS);
  if (!operation.done) return undefined;
  if (operation.failure) return lay({ ...made, failure: cut(operation.failure) });
  if (isBroken) return lay({ ...made, failure: BROKEN });
  return undefined; // the next look finds it ready
};

/** Deletes the image, and proves it by a GET that answers 404. One that lost the deployment's label is another's, and stays. */
export const deleteImage: Effect<ImageState> = async ({ state: { made } }, _number, context) => {
  if (!made) return undefined;
  const { compute, settings } = context;
  const isOurs = async (): Promise<boolean> =>
    (await compute.getImage(made.name))?.labels[LABELS.deployment] === settings.deployment;
  if (!(await isOurs())) return gone(context);
  const operation = await compute.deleteImage(made.name);
  if (operation !== undefined) await compute.awaitImage(operation, OPERATION_WAIT_SECONDS);
  return (await isOurs()) ? undefined : gone(context);
};

const gone = (context: EffectContext): EffectResult<ImageState> => {
  const goneAt = timestamp(context);
  return { merge: (state) => (state.made ? { ...state, made: { goneAt, ...state.made } } : state) };
};

/** Known parts stay. */
const lay = (made: MadeImage): EffectResult<ImageState> => ({
  merge: (state) => ({ ...state, made: { ...made, ...state.made } }),
});

const cut = ({ code, message, httpStatus }: CloudFailure): NonNullable<MadeImage['failure']> => ({
  code,
  message: cutText(message, MAX_MESSAGE),
  ...(httpStatus !== undefined && { httpStatus }),
});
