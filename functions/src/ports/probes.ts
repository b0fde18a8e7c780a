// Firestore: the newest probe that came through the events topic.
import type { Probe } from '@mymlops/protocol';

export interface Probes {
  load(): Promise<Probe | undefined>;
  write(probe: Probe): Promise<void>;
}
