// Which zones are up and offer a machine type. Read seldom: the answer changes over months, except in a zone's outage.
import type { Machine } from '../../ports/compute';
import type { Offers } from '../../engine/vm/zone-choice';

const KEPT_MS = 10 * 60_000;
/** While a zone is away. */
const KEPT_BRIEFLY_MS = 60_000;

/** Zones that have something, and zones that did not say. */
export interface Offering {
  found: string[];
  unlisted: string[];
}

/** The lists of Compute Engine that one deployment needs. */
export interface Catalog {
  zones(): Promise<{ name: string; status: string }[]>;
  withMachineType(name: string): Promise<Offering>;
  withAccelerator(name: string): Promise<Offering>;
}

/** A catalog whose zones are read every ten minutes at most. */
export function rememberingZones(catalog: Catalog, now: () => number): Catalog {
  let known: { untilMs: number; zones: Awaited<ReturnType<Catalog['zones']>> } | undefined;
  return {
    ...catalog,
    async zones() {
      if (!known || now() >= known.untilMs) known = { untilMs: now() + KEPT_MS, zones: await catalog.zones() };
      return known.zones;
    },
  };
}

/** Remembers each answer for ten minutes, or for one; a failure is not kept. */
export function createOffers(catalog: Catalog, now: () => number): (machine: Machine) => Promise<Offers> {
  const known = new Map<string, { untilMs: number; offers: Offers }>();
  return async (machine) => {
    const key = `${machine.machineType} ${machine.accelerator ?? ''}`;
    const found = known.get(key);
    if (found && now() < found.untilMs) return found.offers;
    const offers = await read(catalog, machine);
    // An empty answer is not kept: a zone may come back the next moment.
    const keptMs = offers.away.length > 0 ? KEPT_BRIEFLY_MS : KEPT_MS;
    if (offers.offering.length > 0) known.set(key, { untilMs: now() + keptMs, offers });
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
  const lists = [machines, accelerators].filter((list) => list !== undefined);
  const offering = up.filter((zone) => lists.every(({ found }) => found.includes(zone)));
  const mayOffer = (zone: string): boolean =>
    lists.every(({ found, unlisted }) => found.includes(zone) || unlisted.includes(zone));
  const away = zones.map(({ name }) => name).filter((zone) => mayOffer(zone) && !offering.includes(zone));
  return { zones: up, offering, away };
}

/** `custom-4-8192`, `n2-custom-4-8192`: made to measure, and in no list. */
const isCustom = (machineType: string): boolean => /(^|-)custom-/.test(machineType);
