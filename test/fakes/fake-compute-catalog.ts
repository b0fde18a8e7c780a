// Zones, machine types and GPUs that Compute Engine offers, in memory: a test sets them.
import type { ComputeCatalog } from '../../functions/src/ports/compute-catalog';
import type { FakeGoogle, FakeOffers, Gate } from './fake-google';

export const noOffers = (): FakeOffers => ({
  accelerators: {},
  machineTypes: {},
  unlisted: [],
  bootSources: {},
  quotas: { ofProject: [], ofRegions: [] },
});

export function fakeComputeCatalog(google: FakeGoogle, gate: Gate): ComputeCatalog {
  const all = (): FakeOffers => google.offers;
  return {
    zones: () => gate('computeCatalog.zones', () => google.zones),
    acceleratorTypes: () =>
      gate('computeCatalog.acceleratorTypes', () => ({
        found: Object.entries(all().accelerators).flatMap(([type, { most, zones }]) =>
          zones.map((zone) => ({ type, most, zone })),
        ),
        unlisted: all().unlisted,
      })),
    machineTypesWithGpus: () =>
      gate('computeCatalog.machineTypesWithGpus', () => ({
        found: Object.entries(all().machineTypes).flatMap(([name, { zones, ...facts }]) =>
          facts.gpus.length > 0 ? zones.map((zone) => ({ name, ...facts, zone })) : [],
        ),
        unlisted: all().unlisted,
      })),
    offers: ({ machineType, accelerator }) =>
      gate('computeCatalog.offers', () => {
        const withGpu = accelerator === undefined ? google.zones : (all().accelerators[accelerator]?.zones ?? []);
        const zones = (all().machineTypes[machineType]?.zones ?? []).filter((zone) => withGpu.includes(zone));
        const isAway = (zone: string): boolean => all().unlisted.includes(zone);
        return {
          zones: google.zones,
          offering: zones.filter((zone) => !isAway(zone)),
          away: zones.filter(isAway),
        };
      }),
    machineType: (zone, name) =>
      gate('computeCatalog.machineType', () => {
        const { zones = [], ...facts } = all().machineTypes[name] ?? {};
        return zones.includes(zone) ? { name, vcpus: 0, memoryMb: 0, gpus: [], ...facts } : undefined;
      }),
    hasBootSource: (path) =>
      gate('computeCatalog.hasBootSource', () => (path in all().bootSources ? all().bootSources[path] : false)),
    quotas: () => gate('computeCatalog.quotas', () => all().quotas),
  };
}
