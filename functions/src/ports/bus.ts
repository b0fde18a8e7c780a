// Messages of the functions to each other, and dead letters: what is needed of Pub/Sub.
import type { ProbeMessage } from '@mymlops/protocol';

/** A message that was delivered too often, as its dead-letter subscription has it. */
export interface DeadMessage {
  ackId: string;
  id: string;
  /** When the message itself was published, not when it died. */
  publishedAt: string;
  text: string;
  attributes: Record<string, string>;
}

export type DeadTopic = 'requests' | 'events';

export interface Bus {
  /** At most `max` of those that wait; each comes again later unless it is acknowledged. */
  pullDead(topic: DeadTopic, max: number): Promise<DeadMessage[]>;
  acknowledgeDead(topic: DeadTopic, ackIds: string[]): Promise<void>;
  /** Publishes to the requests topic; returns when Pub/Sub has it. */
  ask(request: object): Promise<void>;
  /** Publishes to the events topic. */
  sendProbe(probe: ProbeMessage): Promise<void>;
}
