// Which zones are up and offer a machine type. Read seldom: the answer changes over months, except in a zone's outage.
import type { Machine } from '../../ports/compute';
import type { Offers } from '../../engine/vm/placement';

const KEPT_MS = 10 * 60_000;

/** The lists of Compute Engine that one deployment needs. */
export interface Catalog {
  zones(): Promise<{ name: string; status: string }[]>;
  /** Zones that have the machine type; those that have the accelerator. */
  withMachineType(name: string): Promise<string[]>;
  withAccelerator(name: string): Promise<string[]>;
}

/** Remembers each answer for ten minutes; a failure is not kept. */
export function createOffers(catalog: Catalog, now: () => number): (machine: Machine) => Promise<Offers> {
  const known = new Map<string, { untilMs: number; offers: Offers }>();
  return async (machine) => {
    const key = `${machine.machineType} ${machine.accelerator ?? ''}`;
    const found = known.get(key);
    if (found && now() < found.untilMs) return found.offers;
    const offers = await read(catalog, machine);
    // An empty answer is not kept: a zone may come back the next moment.
    if (offers.offering.length > 0) known.set(key, { untilMs: now() + KEPT_MS, offers });
    return offers;
  };
}

async function read(catalog: Catalog, { machineType, accelerator }: Machine): Promise<Offers> {
  const [zones, machines, accelerators] = await Promise.all([
    catalog.zones(),
    isCustom(machineType) ? undefined : catalog.withMachineType(machineType),
    accelerator === undefined ? undefined : catalog.withAccelerator(accelerator),
  ]);
  const up = zones.filter(({ status }) => status === 'UP').map(({ name }) => name);
  const has =
    (list: string[] | undefined) =>
    (zone: string): boolean =>
      list === undefined || list.includes(zone);
  return { zones: up, offering: up.filter(has(machines)).filter(has(accelerators)) };
}

/** `custom-4-8192`, `n2-custom-4-8192`: made to measure, and in no list. */
const isCustom = (machineType: string): boolean => /(^|-)custom-/.test(machineType);
