// Takes a Pub/Sub message out of what a function is called with.
import {
  cutText,
  jsonIn,
  MAX_REQUEST_BYTES,
  parseFromNewer,
  parseLoosely,
  parseWith,
  type Parsed,
  type Schema,
} from '@mymlops/protocol';

export interface Message {
  id: string;
  /** When Pub/Sub accepted it, ISO 8601. */
  publishedAt: string;
  /** The data, decoded; the messages of mymlops are JSON. */
  text: string;
  attributes: Record<string, string>;
}

interface WireMessage {
  data?: unknown;
  attributes?: unknown;
  messageId?: unknown;
  message_id?: unknown;
  publishTime?: unknown;
  publish_time?: unknown;
}

/**
 * Accepts both wire forms: Eventarc's CloudEvent (`data.message`) and the plain push body that the framework hands on
 * unconverted (`message`). Undefined if it holds no message.
 */
export function readMessage(event: unknown): Message | undefined {
  const outer = event as { data?: { message?: WireMessage }; message?: WireMessage } | null;
  const message = outer?.data?.message ?? outer?.message;
  if (typeof message !== 'object' || message === null) return undefined;
  const published = new Date(String(message.publishTime ?? message.publish_time ?? ''));
  return {
    id: String(message.messageId ?? message.message_id ?? ''),
    publishedAt: (Number.isNaN(published.getTime()) ? new Date() : published).toISOString(),
    text: Buffer.from(typeof message.data === 'string' ? message.data : '', 'base64').toString('utf8'),
    attributes: textsIn(message.attributes),
  };
}

function textsIn(attributes: unknown): Record<string, string> {
  const entries = Object.entries(typeof attributes === 'object' && attributes !== null ? attributes : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A schema's complaint names every bad field, and there can be a hundred thousand. */
const MAX_CAUSE_LENGTH = 500;

/** The message's content, whatever it is, or why it cannot be read, short enough for a line of the log. */
export function readContent(message: Message | undefined): Parsed<unknown> {
  if (!message) return { ok: false, error: 'no message' };
  const bytes = Buffer.byteLength(message.text);
  if (bytes > MAX_REQUEST_BYTES) return { ok: false, error: `${bytes} bytes, at most ${MAX_REQUEST_BYTES} are taken` };
  return withShortError(jsonIn(message.text));
}

export const readAs = <T>(schema: Schema<T>, content: unknown): Parsed<T> => withShortError(parseWith(schema, content));

/** As `readAs`, for what an agent of any version says. */
export const readLoosely = <T>(schema: Schema<T>, content: unknown): Parsed<T> =>
  withShortError(parseLoosely(schema, content));

/** As `readAs`, for a sender of a later version, which may say more. */
export const readFromNewer = <T>(schema: Schema<T>, content: unknown): Parsed<T> =>
  withShortError(parseFromNewer(schema, content));

/** The type that the content names: cheaper than to try a schema, which puts into words why it does not fit. */
export const typeOf = (content: unknown): unknown =>
  typeof content === 'object' && content !== null && 'type' in content ? content.type : undefined;

/** With as much of the error as a line of the log has room for. */
const withShortError = <T>(parsed: Parsed<T>): Parsed<T> =>
  parsed.ok ? parsed : { ok: false, error: cutText(parsed.error, MAX_CAUSE_LENGTH) };
