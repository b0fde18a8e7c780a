// A message from the requests topic as a request that we know.
import {
  cutText,
  INTERNAL_REQUESTS,
  parseWith,
  requestEnvelope,
  type InternalRequest,
  type Parsed,
} from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import { readBody, withShortError, type Message } from './message';

/** A request of our own functions, or of a user about a document of `kind`. */
export type ReadRequest<K extends Kind> = { internal: InternalRequest } | { kind: K; request: object };

export function readRequest<K extends Kind>(message: Message | undefined, kinds: readonly K[]): Parsed<ReadRequest<K>> {
  const envelope = readBody(requestEnvelope, message);
  if (!envelope.ok) return envelope;
  const { type } = envelope.value;
  if (isInternal(type)) {
    const parsed = parseWith(INTERNAL_REQUESTS[type], envelope.value);
    return parsed.ok ? { ok: true, value: { internal: parsed.value } } : withShortError<never>(parsed);
  }
  const kind = kinds.find(({ requests }) => Object.hasOwn(requests, type));
  const schema = kind?.requests[type];
  if (!kind || !schema) return { ok: false, error: `type: ${cutText(JSON.stringify(type), 50)} is not a request` };
  const parsed = parseWith(schema, kind.requestInTodaysForm(envelope.value));
  return parsed.ok ? { ok: true, value: { kind, request: parsed.value } } : withShortError<never>(parsed);
}

const isInternal = (type: string): type is InternalRequest['type'] => Object.hasOwn(INTERNAL_REQUESTS, type);
