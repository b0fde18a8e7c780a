// Pub/Sub: what the functions publish.
import type { ProbeMessage } from '@mymlops/protocol';

export interface Bus {
  /** Publishes to the requests topic; returns when Pub/Sub has it. */
  ask(request: object): Promise<void>;
  /** Publishes to the events topic. */
  sendProbe(probe: ProbeMessage): Promise<void>;
}
