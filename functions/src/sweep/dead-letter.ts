// Handles one dead letter.
import {
  causeWith,
  cutText,
  MAX_REJECTION_LENGTH,
  parseJson,
  probeMessage,
  NEXT_STEPS,
  type DeadLetter,
  type DocumentRef,
  type RejectRequest,
} from '@mymlops/protocol';
import { readContent, readLoosely } from '../control/message';
import { readRequest } from '../control/read-request';
import { rejectionOf } from '../control/rejection';
import { mergeReport } from '../control/report';
import type { Kind } from '../engine/kind';
import type { DeadMessage } from '../ports/dead-messages';
import type { SweepContext } from './context';

export type Handled = Pick<DeadLetter, 'outcome' | 'document' | 'cause'>;

/** Undefined: not worth showing. */
export async function handleDeadEvent(message: DeadMessage, context: SweepContext): Promise<Handled | undefined> {
  // Hours of them, when `event` was away.
  if (parseJson(probeMessage, message.text).ok) return undefined;
  const content = readContent(message);
  let cause = 'no kind knows this report';
  for (const kind of context.kinds) {
    const parsed = content.ok ? readLoosely(kind.reports, content.value) : content;
    if (!parsed.ok) {
      cause = parsed.error;
      continue;
    }
    const document = { kind: kind.name, id: kind.senderOf(parsed.value).id };
    const refused = await mergeReport(kind, message, parsed.value, context);
    if (refused !== undefined) return { outcome: 'shown', document, cause: refused };
    return parsed.value.kind === 'heartbeat' ? undefined : { outcome: 'merged', document };
  }
  return { outcome: 'shown', cause };
}

export async function handleDeadRequest(message: DeadMessage, context: SweepContext): Promise<Handled | undefined> {
  const parsed = readRequest(message, context.kinds);
  if (!parsed.ok) {
    const rejection = rejectionOf(message.text, parsed.error, context.kinds);
    if (!rejection) return { outcome: 'shown', cause: parsed.error };
    await context.bus.ask(rejection);
    return { outcome: 'rejected', document: refOf(rejection), cause: parsed.error };
  }
  const read = parsed.value;
  if ('internal' in read) {
    // All others are requested by the next sweep, where they are still due.
    if (read.internal.type !== 'reject') return undefined;
    await context.bus.ask(read.internal);
    return { outcome: 'asked-again', document: refOf(read.internal) };
  }
  const { kind, request } = read;
  return kind.isFirst(request) ? handleFirst(kind, request, message, context) : handleOther(kind, request, context);
}

const refOf = ({ kind, id }: DocumentRef): DocumentRef => ({ kind, id });

async function handleFirst(
  kind: Kind,
  request: object,
  { attributes, publishedAt }: DeadMessage,
  context: SweepContext,
): Promise<Handled> {
  const document = { kind: kind.name, id: kind.idOf(request) };
  const times = attributes['CloudPubSubDeadLetterSourceDeliveryCount'] ?? 'many';
  const detail = `${kind.titleOf(request)}, sent at ${publishedAt}, was delivered ${times} times without success`;
  const message = `${causeWith('internal', detail)} ${NEXT_STEPS.internal}`;
  const store = context.documents(kind.documents);
  const stored = await store.load(document.id);
  if (!stored) {
    if (await store.isRemoved(document.id))
      return { outcome: 'shown', document, cause: `the ${kind.name} was removed` };
    const rejection: RejectRequest = {
      ...{ v: 1, type: 'reject', ...document, reason: 'internal' },
      message: cutText(message, MAX_REJECTION_LENGTH),
    };
    await context.bus.ask(rejection);
    return { outcome: 'rejected', document };
  }
  // A cancel came first, and waits for its commit.
  const isMissing = kind.isIncomplete(stored.state);
  await context.bus.ask(isMissing ? request : { v: 1, type: 'advance', ...document });
  return { outcome: isMissing ? 'asked-again' : 'advance', document };
}

/** A user's request is published again if its document exists. */
async function handleOther(kind: Kind, request: object, context: SweepContext): Promise<Handled> {
  const document = { kind: kind.name, id: kind.idOf(request) };
  const stored = await context.documents(kind.documents).load(document.id);
  // A cancel may have died before its commit came: it waits for it in a document of its own.
  const isKnown = stored ? !stored.state.removing : kind.mayPrecede(request);
  if (!isKnown) return { outcome: 'shown', document, cause: `no such ${kind.name}` };
  await context.bus.ask(request);
  return { outcome: 'asked-again', document };
}
