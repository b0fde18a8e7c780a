// Compute Engine: what it offers, before anything is made. Only looks.
import type { MachineFacts, QuotaLimit } from '@mymlops/protocol';
import type { Offers } from '../engine/vm/zone-choice';
import type { Machine } from './compute';

/** An item of a list of all zones. */
export type InZone<T> = T & { zone: string };

/** With the zones that did not say everything. */
export interface ZoneList<T> {
  found: InZone<T>[];
  unlisted: string[];
}

export interface ComputeCatalog {
  /** All that Google has, up or down. */
  zones(): Promise<string[]>;
  acceleratorTypes(): Promise<ZoneList<{ type: string; most: number }>>;
  /** Those that come with GPUs. */
  machineTypesWithGpus(): Promise<ZoneList<MachineFacts>>;
  offers(machine: Machine): Promise<Offers>;
  /** Undefined if the zone has no such type. One that is made to measure has facts, too. */
  machineType(zone: string, name: string): Promise<MachineFacts | undefined>;
  /**
   * Whether the image, family or snapshot exists, `projects/P/global/...`; undefined where Google does not let this function look:
   * the project is another one.
   */
  hasBootSource(path: string): Promise<boolean | undefined>;
  quotas(): Promise<{ ofProject: QuotaLimit[]; ofRegions: { region: string; quotas: QuotaLimit[] }[] }>;
}
