// What clients and our own functions ask for: merge it into the run, then do what is due.
import { request as requestSchema, type Request } from '@mymlops/protocol';
import { advance } from '../control/advance';
import {
  EMPTY_RUN,
  observeCancel,
  observeCommit,
  observePublished,
  observeRemove,
  RequestConflictError,
} from '../engine/run/observe';
import { isAtRest } from '../engine/run/settled';
import { resumedRun } from '../engine/run/dependent-run';
import type { Context } from '../ports';
import { giveBackPlaces } from '../sweep/slots';
import { changeRun } from '../control/change';
import { readBody, readMessage } from '../control/message';
import { reap } from '../control/reap';
import { tellSender } from '../control/reject';

const MAX_LOGGED_LENGTH = 500;

/** Acknowledges (returns) what is done or can never be; throws for another delivery. */
export async function handleRequest(event: unknown, context: Context): Promise<void> {
  const message = readMessage(event);
  const parsed = readBody(requestSchema, message);
  if (!parsed.ok) {
    context.log('ERROR', 'request not understood', { messageId: message?.id, cause: parsed.error });
    if (message) await tellSender(message.text, parsed.error, context);
    return;
  }
  try {
    await act(parsed.value, context);
  } catch (error) {
    if (!isRepeated(parsed.value)) throw error;
    context.log('ERROR', 'failed, and the sweep asks again', {
      request: message?.text.slice(0, MAX_LOGGED_LENGTH),
      cause: String(error).slice(0, MAX_LOGGED_LENGTH),
    });
  }
}

/** What the sweep asks for anew every minute: where a zone is out for hours, its old messages must not pile up. */
const isRepeated = (request: Request): boolean =>
  request.type === 'reap' || request.type === 'free-slot' || (request.type === 'advance' && request.repeats === true);

async function act(request: Request, context: Context): Promise<void> {
  if (request.type === 'reap') return reap(request, context);
  if (request.type === 'free-slot') return freeSlot(request.run, context);
  try {
    await merge(request, context);
  } catch (error) {
    if (!(error instanceof RequestConflictError)) throw error;
    context.log('ERROR', 'request refused', { run: request.run, cause: error.message });
    return;
  }
  await advance(request.run, context, request.type === 'advance' ? request.handovers : undefined);
}

async function merge(request: Exclude<Request, { type: 'reap' | 'free-slot' }>, context: Context): Promise<void> {
  const { runs } = context;
  const at = new Date(context.now()).toISOString();
  switch (request.type) {
    case 'commit':
      await changeRun(request.run, { next: (state) => observeCommit(state ?? EMPTY_RUN, request, at) }, runs);
      return;
    case 'cancel':
      // A cancel that overtakes its commit waits for it in a document of its own.
      await changeRun(request.run, { next: (state) => observeCancel(state ?? EMPTY_RUN, request) }, runs);
      return;
    case 'published':
      await changeRun(request.run, { next: (state) => state && observePublished(state, request) }, runs);
      return;
    case 'remove': {
      const heir = await liveHeir(request.run, context);
      if (heir !== undefined) {
        context.log('WARNING', 'removal refused: a live run resumes from it', { run: request.run, heir });
        return;
      }
      const state = await changeRun(request.run, { next: (known) => known && observeRemove(known, request, at) }, runs);
      if (state && !state.removing) context.log('WARNING', 'removal of a live run refused', { run: request.run });
      return;
    }
    case 'advance':
  }
}

/** A live run that begins with a checkpoint of `run`. Reads every live run: removals are rare. */
async function liveHeir(run: string, { runs }: Context): Promise<string | undefined> {
  for await (const stored of runs.live()) if (resumedRun(stored.state) === run) return stored.run;
  return undefined;
}

/** A live run gives its places back by itself. */
async function freeSlot(run: string, context: Context): Promise<void> {
  const stored = await context.runs.load(run);
  if (!stored || isAtRest(stored.state)) await giveBackPlaces(run, context);
}
