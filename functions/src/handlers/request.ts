// What clients and our own functions ask for: merge it into the run, then do what is due.
import { commitEnvelope, parseJson, REASONS, request as requestSchema, type Request } from '@mymlops/protocol';
import { advance } from '../advance';
import {
  EMPTY_RUN,
  observeCancel,
  observeCommit,
  observePublished,
  observeRemove,
  RequestConflictError,
} from '../engine/observe';
import { isWanted } from '../engine/wanted';
import type { Context } from '../ports';
import { removeVm } from '../remove-vm';
import { changeRun } from './change-run';
import { readBody, readMessage } from './message';

/** Acknowledges (returns) what is done or can never be; throws for another delivery. */
export async function handleRequest(event: unknown, context: Context): Promise<void> {
  const message = readMessage(event);
  const parsed = readBody(requestSchema, message);
  if (!parsed.ok) {
    context.log('ERROR', 'request not understood', { messageId: message?.id, cause: parsed.error });
    if (message) await tellSender(message.text, parsed.error, context);
    return;
  }
  const request = parsed.value;
  if (request.type === 'reap') return reap(request, context);
  try {
    await merge(request, context);
  } catch (error) {
    if (!(error instanceof RequestConflictError)) throw error;
    context.log('ERROR', 'request refused', { run: request.run, cause: error.message });
    return;
  }
  await advance(request.run, context);
}

/** A commit that is not understood becomes a run that says so, unless there is a run of that id: that one is left alone. */
async function tellSender(text: string, cause: string, context: Context): Promise<void> {
  const envelope = parseJson(commitEnvelope, text);
  if (!envelope.ok) return;
  const message = `${REASONS['invalid-request']} (${cause})`;
  const at = new Date(context.now()).toISOString();
  const end = { status: 'failed' as const, reason: 'invalid-request' as const, message, at };
  await context.runs.create(envelope.value.run, { ...EMPTY_RUN, end });
}

async function merge(request: Exclude<Request, { type: 'reap' }>, context: Context): Promise<void> {
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
      const state = await changeRun(request.run, { next: (known) => known && observeRemove(known, request, at) }, runs);
      if (state && !state.removing) context.log('WARNING', 'removal of a live run refused', { run: request.run });
      return;
    }
    case 'advance':
  }
}

/** A VM or disk that the sweep saw and nothing wants: looked at again here, then deleted until it is gone. */
async function reap(request: Extract<Request, { type: 'reap' }>, context: Context): Promise<void> {
  const { run, attempt, zone, name } = request;
  const stored = await context.runs.load(run);
  const isWantedOrUnknown = stored
    ? isWanted(stored.state, attempt, context.now())
    : !(await context.runs.isRemoved(run));
  if (isWantedOrUnknown) return;
  context.log('WARNING', 'reaping an unwanted VM', { run, attempt, vm: name, zone });
  await removeVm({ zone, name, deployment: context.vm.deployment }, context.cloud);
}
