// Which zones there are, and what each offers.
import { lastPart } from './answers';
import type { Catalog } from './offers';
import type { Clients, ComputeCalls } from './clients';
import { PAGES } from './pages';

/** One zone's part of an aggregated list. */
type Scope = [string, { machineTypes?: unknown[] | null; acceleratorTypes?: unknown[] | null }];

export function catalogOf(compute: ComputeCalls): Catalog {
  const { project } = compute;
  const namedIn = async (what: string, pages: (clients: Clients) => AsyncIterable<Scope>): Promise<string[]> => {
    const scopes = await compute.list(what, pages);
    return scopes.flatMap(([scope, { machineTypes, acceleratorTypes }]) =>
      (machineTypes ?? acceleratorTypes ?? []).length > 0 ? [lastPart(scope)] : [],
    );
  };
  return {
    async zones() {
      const all = await compute.list('zones.list', ({ zones }) => zones.listAsync({ project }, PAGES));
      return all.map(({ name, status }) => ({ name: name ?? '', status: String(status) }));
    },
    withMachineType: (name) =>
      namedIn('machineTypes.aggregatedList', ({ machineTypes }) =>
        machineTypes.aggregatedListAsync({ project, filter: `name=${name}` }, PAGES),
      ),
    withAccelerator: (name) =>
      namedIn('acceleratorTypes.aggregatedList', ({ acceleratorTypes }) =>
        acceleratorTypes.aggregatedListAsync({ project, filter: `name=${name}` }, PAGES),
      ),
  };
}
