// What becomes of one dead letter.
import {
  canaryMessage,
  parseJson,
  REASONS,
  report as reportSchema,
  request as requestSchema,
  type CommitRequest,
  type DeadLetter,
  type Request,
} from '@mymlops/protocol';
import { EMPTY_RUN } from '../engine/run/observe';
import { readBody } from '../control/message';
import { mergeReport } from '../control/report';
import { tellSender } from '../control/reject';
import type { DeadMessage } from '../ports';
import type { SweepContext } from './sweep';

export type Handled = Pick<DeadLetter, 'outcome' | 'run' | 'cause'>;

/** Undefined: not worth showing. */
export async function handleDeadEvent(message: DeadMessage, context: SweepContext): Promise<Handled | undefined> {
  // Hours of them, when `event` was away.
  if (parseJson(canaryMessage, message.text).ok) return undefined;
  const parsed = readBody(reportSchema, message);
  if (!parsed.ok) return { outcome: 'shown', cause: parsed.error };
  const { run, kind } = parsed.value;
  const refused = await mergeReport(message, parsed.value, context);
  if (refused !== undefined) return { outcome: 'shown', run, cause: refused };
  return kind === 'heartbeat' ? undefined : { outcome: 'merged', run };
}

export async function handleDeadRequest(message: DeadMessage, context: SweepContext): Promise<Handled | undefined> {
  const parsed = readBody(requestSchema, message);
  if (!parsed.ok) {
    const run = await tellSender(message.text, parsed.error, context);
    return run === undefined
      ? { outcome: 'shown', cause: parsed.error }
      : { outcome: 'failed-run', run, cause: parsed.error };
  }
  const request = parsed.value;
  if (request.type === 'commit') return handleCommit(request, message, context);
  return handleOther(request, context);
}

async function handleCommit(
  request: CommitRequest,
  { attributes, publishedAt }: DeadMessage,
  context: SweepContext,
): Promise<Handled> {
  const { run, notebook } = request;
  const times = attributes['CloudPubSubDeadLetterSourceDeliveryCount'] ?? 'many';
  const message = `${REASONS.internal} (the commit of ${notebook}, sent at ${publishedAt}, was delivered ${times} times without success)`;
  const at = new Date(context.now()).toISOString();
  const end = { status: 'failed' as const, reason: 'internal' as const, message, at };
  const outcome = await context.runs.create(run, { ...EMPTY_RUN, end });
  if (outcome === 'created') return { outcome: 'failed-run', run };
  if (outcome === 'removed') return { outcome: 'shown', run, cause: 'the run was removed' };
  const stored = await context.runs.load(run);
  // A cancel came first, and waits for its commit.
  const isMissing = stored?.state.request === undefined && !stored?.state.end;
  await context.bus.ask(isMissing ? request : { v: 1, type: 'advance', run });
  return { outcome: isMissing ? 'asked-again' : 'advance', run };
}

/** What the user asked for is asked again where there is such a run; what the sweep asks for, it asks again by itself. */
async function handleOther(request: Exclude<Request, CommitRequest>, context: SweepContext): Promise<Handled> {
  if (request.type !== 'cancel' && request.type !== 'remove' && request.type !== 'published') {
    return { outcome: 'shown', run: request.run, cause: 'the sweep asks for it by itself' };
  }
  const { run } = request;
  const stored = await context.runs.load(run);
  // A cancel may have died before its commit came: it waits for it in a document of its own.
  const isKnown = stored ? !stored.state.removing : request.type === 'cancel';
  if (!isKnown) return { outcome: 'shown', run, cause: 'there is no such run' };
  await context.bus.ask(request);
  return { outcome: 'asked-again', run };
}
