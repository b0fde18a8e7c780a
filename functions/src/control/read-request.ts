// A message from the requests topic as a request that we know.
import { cutText, INTERNAL_REQUESTS, requestEnvelope, type InternalRequest, type Parsed } from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import { readAs, readContent, typeOf, type Message } from './message';

/** A request of our own functions, or of a user about a document of `kind`. */
export type ReadRequest<K extends Kind> = { internal: InternalRequest } | { kind: K; request: object };

export function readRequest<K extends Kind>(message: Message | undefined, kinds: readonly K[]): Parsed<ReadRequest<K>> {
  const content = readContent(message);
  if (!content.ok) return content;
  const named = typeOf(content.value);
  if (isInternal(named)) {
    const internal = readAs(INTERNAL_REQUESTS[named], content.value);
    return internal.ok ? { ok: true, value: { internal: internal.value } } : internal;
  }
  const envelope = readAs(requestEnvelope, content.value);
  if (!envelope.ok) return envelope;
  const { type } = envelope.value;
  const kind = kinds.find(({ requests }) => Object.hasOwn(requests, type));
  const schema = kind?.requests[type];
  if (!kind || !schema) return { ok: false, error: `type: ${cutText(JSON.stringify(type), 50)} is not a request` };
  const parsed = readAs(schema, kind.requestInTodaysForm(envelope.value));
  return parsed.ok ? { ok: true, value: { kind, request: parsed.value } } : parsed;
}

const isInternal = (type: unknown): type is InternalRequest['type'] =>
  typeof type === 'string' && Object.hasOwn(INTERNAL_REQUESTS, type);
