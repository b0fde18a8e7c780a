// Takes a Pub/Sub message out of what a function is called with.

export interface Message {
  id: string;
  /** When Pub/Sub accepted it, ISO 8601. */
  publishedAt: string;
  /** The data, decoded; the messages of mymlops are JSON. */
  text: string;
}

interface WireMessage {
  data?: unknown;
  messageId?: unknown;
  message_id?: unknown;
  publishTime?: unknown;
  publish_time?: unknown;
}

/**
 * Accepts both wire forms: Eventarc's CloudEvent (`data.message`) and the plain push body that the framework hands on
 * unconverted (`message`). Undefined where there is no message in it.
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
  };
}
