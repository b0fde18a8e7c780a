// Pub/Sub: messages that were delivered too often, on the dead-letter subscriptions.

export interface DeadMessage {
  ackId: string;
  id: string;
  /** When the message itself was published, not when it died. */
  publishedAt: string;
  text: string;
  attributes: Record<string, string>;
}

export type DeadTopic = 'requests' | 'events';

export interface DeadMessages {
  /** At most `max` of those that wait; each comes again later unless it is acknowledged. */
  pull(topic: DeadTopic, max: number): Promise<DeadMessage[]>;
  acknowledge(topic: DeadTopic, ackIds: string[]): Promise<void>;
}
