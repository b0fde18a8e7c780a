// Requests of clients and of our own functions: merge each into its document, then do what is due.
import { cutText, type InternalRequest } from '@mymlops/protocol';
import { advance } from '../control/advance';
import { freeSlot } from '../control/free-slot';
import { kindNamed, type ActingKind, type ControlContext } from '../control/kind';
import { mergeRequest } from '../control/merge-request';
import { readMessage } from '../control/message';
import { readRequest, type ReadRequest } from '../control/read-request';
import { reap } from '../control/reap';
import { reject } from '../control/reject';
import { rejectionOf } from '../control/rejection';
import { removeSnapshots } from '../control/remove-snapshots';
import { RequestConflictError } from '../engine/kind';

const MAX_LOGGED_LENGTH = 500;

/** Acknowledges (returns) what is done or can never be; throws for another delivery. */
export async function handleRequest(event: unknown, context: ControlContext): Promise<void> {
  const message = readMessage(event);
  const parsed = readRequest(message, context.kinds);
  if (!parsed.ok) {
    context.log('ERROR', 'request not understood', { messageId: message?.id, cause: parsed.error });
    const rejection = message && rejectionOf(message.text, parsed.error, context.kinds);
    if (rejection) await reject(rejection, context);
    return;
  }
  try {
    await act(parsed.value, context);
  } catch (error) {
    if (!isRepeated(parsed.value)) throw error;
    context.log('ERROR', 'failed, and the sweep asks again', {
      request: cutText(message?.text ?? '', MAX_LOGGED_LENGTH),
      cause: cutText(String(error), MAX_LOGGED_LENGTH),
    });
  }
}

/** The sweep requests it anew, most of it every minute: while a zone is out for hours, old messages must not pile up. */
function isRepeated(read: ReadRequest<ActingKind>): boolean {
  if (!('internal' in read)) return false;
  const { internal } = read;
  return internal.type === 'advance' ? internal.repeats === true : internal.type !== 'reject';
}

async function act(read: ReadRequest<ActingKind>, context: ControlContext): Promise<void> {
  if ('internal' in read) return carryOut(read.internal, context);
  const { kind, request } = read;
  const id = kind.idOf(request);
  try {
    await mergeRequest(kind, request, context);
  } catch (error) {
    if (!(error instanceof RequestConflictError)) throw error;
    context.log('ERROR', 'request refused', { kind: kind.name, id, cause: error.message });
    return;
  }
  await advance(kind, id, context);
}

async function carryOut(request: InternalRequest, context: ControlContext): Promise<void> {
  switch (request.type) {
    case 'reap':
      return reap(request, context);
    case 'free-slot':
      return freeSlot(request, context);
    case 'remove-snapshots':
      return removeSnapshots(request, context);
    case 'reject':
      return reject(request, context);
    case 'advance': {
      const kind = kindNamed(request.kind, context.kinds);
      if (!kind) context.log('ERROR', 'request of an unknown kind', { kind: request.kind, id: request.id });
      return kind && advance(kind, request.id, context, request.handovers);
    }
  }
}
