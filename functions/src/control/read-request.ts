// A message from the requests topic as a request that we know.
import {
  clientInstallLine,
  compareVersions,
  cutText,
  INTERNAL_REQUESTS,
  isPartner,
  requestEnvelope,
  VERSION,
  VERSION_ATTRIBUTE,
  type InternalRequest,
  type Parsed,
} from '@mymlops/protocol';
import type { Kind } from '../engine/kind';
import { readAs as readExactly, readContent, readFromNewer, typeOf, type Message } from './message';

/** A request of our own functions, or of a user about a document of `kind`. */
export type ReadRequest<K extends Kind> = { internal: InternalRequest } | { kind: K; request: object };

/** `own`: the version of this function. What another version says that does not understand it is not read at all. */
export function readRequest<K extends Kind>(
  message: Message | undefined,
  kinds: readonly K[],
  own = VERSION,
): Parsed<ReadRequest<K>> {
  const content = readContent(message);
  if (!content.ok) return content;
  const version = message?.attributes[VERSION_ATTRIBUTE] ?? own;
  if (!isPartner(version, own)) return { ok: false, error: misfitMessage(version, own) };
  // A field that does not exist is a mistake of a client that cannot know more than this function.
  const readAs = compareVersions(version, own) > 0 ? readFromNewer : readExactly;
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

const misfitMessage = (version: string, own: string): string =>
  `the client has version ${cutText(version, 30)}, and the functions have ${own}. Install the client for them: ${clientInstallLine(own)}`;

const isInternal = (type: unknown): type is InternalRequest['type'] =>
  typeof type === 'string' && Object.hasOwn(INTERNAL_REQUESTS, type);
