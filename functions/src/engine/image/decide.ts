// Decides the next action for the build of an image, or that there is none. Pure. The VM runs the setup, scrubs its disk and is
// switched off; the image is made of the disk; then VM and disk go.
import {
  CAUSES,
  currentPeriod,
  NEXT_STEPS,
  type BuildAttempt,
  type ImageEnd,
  type ImageState,
  type MadeImage,
} from '@mymlops/protocol';
import { inTurn, timeOf, type Moment } from '../action';
import { hasSlots } from '../slots';
import { hasWaitedTooLong, isPausing, refusalOf } from '../vm/capacity';
import { cannotBill, deletions } from '../vm/deletion-steps';
import { failureWords, isRepeatedUnknown } from '../vm/failure-lookup';
import { isLivenessCheckDue, REDELIVERY_MS, whyLost } from '../vm/liveness';
import { bringDown, bringUp } from '../vm/power';
import { insertOf } from '../vm/record';
import type { ImageAction, ImageStep } from './action';
import { agentState, currentAttempt, newestAttempt } from './attempts';
import { resourcesOf } from './needed-vms';

/** Someone waits for a build. */
const QUEUE_LIMIT_SECONDS = 3600;

export function decide(state: ImageState, moment: Moment): ImageAction | undefined {
  if (state.removing) return { remove: state.removing };
  if (!state.request && !state.end) return undefined;
  return state.end ? afterEnd(state, moment) : beforeEnd(state, moment);
}

function beforeEnd(state: ImageState, moment: Moment): ImageAction | undefined {
  const end = endOf(state, moment);
  if (end) return { do: 'end', end: { ...end, at: timeOf(moment) } };
  const number = currentAttempt(state);
  const attempt = state.attempts[number];
  if (!attempt || attempt.givenUp) return nextAttempt(state, moment);
  const { failure } = insertOf(attempt.vm);
  if (failure) {
    const { message } = failureWords(attempt.vm, failure);
    const givenUp = { at: timeOf(moment), reason: failure.reason, message };
    return { do: 'give-up', attempt: number, givenUp, refusal: refusalOf(failure) };
  }
  const due = dueStep(attempt, number, moment);
  return inTurn([...(due ? [due] : []), ...deletions(resourcesOf(state), moment)], moment);
}

function dueStep(attempt: BuildAttempt, number: number, moment: Moment): ImageStep | undefined {
  const { vm } = attempt;
  if (!agentState(attempt)?.scrubbed) {
    if (isLivenessCheckDue(vm, moment)) return { effect: 'check-liveness', vm: number };
    const effect = bringUp(vm, moment);
    return effect && { effect, vm: number };
  }
  // Google makes an image of a disk only when its VM is off.
  if (currentPeriod(vm).down) return { effect: 'make-image', vm: number };
  const effect = bringDown(vm, moment);
  return effect && { effect, vm: number };
}

function nextAttempt(state: ImageState, moment: Moment): ImageAction | undefined {
  const deletion = inTurn(deletions(resourcesOf(state), moment), moment);
  const areGone = Object.values(state.attempts).every(({ vm }) => vm.goneAt);
  if (isPausing(state, moment.nowMs)) {
    return (
      deletion ?? (areGone && hasSlots(state) ? { effect: 'release-slots', vm: currentAttempt(state) } : undefined)
    );
  }
  return { effect: 'place', vm: currentAttempt(state) + 1 };
}

/** Why the build is over; undefined while it goes on. */
function endOf(state: ImageState, moment: Moment): Omit<ImageEnd, 'at'> | undefined {
  const { made, cancel } = state;
  if (made?.readyAt) return { status: 'ready', message: `The image ${made.name} is ready.` };
  if (made?.failure) {
    return refusedImage(made.failure);
  }
  // An image that is being made is one in a moment: cancelling it would leave half of it.
  if (cancel && !made)
    return { status: 'cancelled', reason: 'cancelled-by-user', message: CAUSES['cancelled-by-user'] };
  const attempt = newestAttempt(state);
  if (attempt && !attempt.givenUp) return endOfAttempt(state, attempt, moment);
  if (moment.refusal !== undefined) return failed('permission', moment.refusal);
  if (hasWaitedTooLong(state, QUEUE_LIMIT_SECONDS, moment.nowMs)) {
    return failed('no-capacity', `${CAUSES['no-capacity']} Allow more zones, or choose another machine type.`);
  }
  return undefined;
}

function endOfAttempt(state: ImageState, attempt: BuildAttempt, { nowMs }: Moment): Omit<ImageEnd, 'at'> | undefined {
  const { vm } = attempt;
  const refused = insertOf(vm).failure;
  if (refused) {
    const isFinal = refused.scope === 'all' || isRepeatedUnknown(Object.values(state.attempts).map((one) => one.vm));
    if (!isFinal) return undefined;
    const { message, next } = failureWords(vm, refused);
    return failed(refused.reason, `${message} ${next}`.trim());
  }
  const said = agentState(attempt);
  if (said?.failure) return failed(said.failure.reason, said.failure.message);
  const { down } = currentPeriod(vm);
  const silent = down || said?.scrubbed ? undefined : whyLost(vm);
  if (silent !== undefined) return failed('lost', `${silent} Build it again.`);
  if (!down) return undefined;
  if (down.how === 'stopped' && said?.scrubbed) return undefined;
  if (down.cause === 'time-limit') {
    return failed('timed-out', 'The build did not end within its time limit. Raise --max-time.');
  }
  // A VM powers itself off as soon as Pub/Sub has the report of its scrubbed disk: that may come after this sight of it.
  const isReportAwaited = down.how === 'stopped' && down.cause === undefined;
  if (isReportAwaited && nowMs - Date.parse(down.at) <= REDELIVERY_MS) return undefined;
  const why = down.cause === 'preempted' ? CAUSES.preempted : CAUSES.lost;
  return failed(down.cause === 'preempted' ? 'preempted' : 'lost', `${why} Build it again.`);
}

function refusedImage({ code, message, httpStatus }: NonNullable<MadeImage['failure']>): Omit<ImageEnd, 'at'> {
  const fact = `Google did not make the image (${code}: ${message}).`;
  if (/quota/i.test(code)) return failed('quota', `${fact} Remove images that nobody needs, or raise the quota.`);
  if (httpStatus === 403) return failed('permission', `${fact} ${NEXT_STEPS.permission}`);
  return failed('internal', `${fact} Build it again.`);
}

const failed = (reason: NonNullable<ImageEnd['reason']>, message: string): Omit<ImageEnd, 'at'> => ({
  status: 'failed',
  reason,
  message,
});

function afterEnd(state: ImageState, moment: Moment): ImageAction | undefined {
  const vms = Object.values(state.attempts).map(({ vm }) => vm);
  const number = currentAttempt(state);
  if (hasSlots(state) && vms.every((vm) => cannotBill(vm, moment.nowMs)))
    return { effect: 'release-slots', vm: number };
  // After a build that failed, Google may keep half an image, which bills.
  const isUnwanted = state.deletion !== undefined || state.end?.status !== 'ready';
  const isImageLeft = isUnwanted && state.made !== undefined && !state.made.goneAt;
  const deletion: ImageStep[] = isImageLeft ? [{ effect: 'delete-image', vm: number }] : [];
  const step = inTurn([...deletions(resourcesOf(state), moment), ...deletion], moment);
  if (step) return step;
  if (!vms.every(({ goneAt, diskGoneAt, keepsDisk }) => goneAt && (!keepsDisk || diskGoneAt))) return undefined;
  if (!state.cleanedAt) return { do: 'clean', at: timeOf(moment) };
  return state.deletion ? { do: 'remove' } : undefined;
}
