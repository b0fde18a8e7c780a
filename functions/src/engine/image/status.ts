// Reads the fields at the top of a build's document off its state. The end decision comes first; the clock plays no part.
import type { ImageState, ImageStatus, ImageSummary } from '@mymlops/protocol';
import { agentState, currentAttempt, newestAttempt } from './attempts';

/** Ended and gone, or never begun. */
export const isSettled = ({ request, cleanedAt, deletion, removing }: ImageState): boolean =>
  (request === undefined || cleanedAt !== undefined) && !deletion && !removing;

export function statusOf(state: ImageState): ImageStatus {
  if (state.end) return state.end.status;
  if (!state.request) return 'cancelled';
  const attempt = newestAttempt(state);
  return attempt && !attempt.givenUp ? 'building' : 'queued';
}

export function summarize(state: ImageState): ImageSummary {
  const { request, end, made, cancel } = state;
  const attempt = newestAttempt(state);
  const status = statusOf(state);
  const phase = status === 'building' && attempt ? agentState(attempt)?.phase : undefined;
  const number = currentAttempt(state);
  const submittedBy = request?.submittedBy ?? cancel?.by;
  const submittedAt = request?.submittedAt ?? cancel?.at ?? end?.at;
  return {
    status,
    ...(end?.reason && { reason: end.reason }),
    message: messageOf(state, status),
    ...(phase && { phase }),
    ...(request && { name: request.name, content: request.content }),
    ...(made && { image: made.name }),
    ...(submittedBy !== undefined && { submittedBy }),
    ...(submittedAt !== undefined && { submittedAt }),
    ...(end && { finishedAt: end.at }),
    ...(attempt && { zone: attempt.vm.zone, machine: attempt.vm.machine, attempt: number }),
    live: !isSettled(state),
  };
}

function messageOf(state: ImageState, status: ImageStatus): string {
  if (state.end) return state.end.message;
  if (!state.request) return 'A cancel came before its build.';
  const attempt = newestAttempt(state);
  if (status === 'queued') {
    if (state.slots?.waiting)
      return 'Waiting for its turn: other runs and builds have all VMs that the deployment allows.';
    return attempt?.givenUp ? `Waiting for capacity. ${attempt.givenUp.message}` : 'Waiting for a VM.';
  }
  if (state.made) return 'Google makes the image of the disk.';
  const said = attempt && agentState(attempt);
  if (said?.scrubbed) return 'The VM is being switched off.';
  if (said?.phase === 'scrub') return 'Keys, logs and identities are removed from the disk.';
  return said?.phase === 'setup' ? 'The setup is running.' : 'The VM is starting.';
}
