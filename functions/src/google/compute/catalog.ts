// Which zones there are, and what each offers.
import { gapOf, lastPart, type Warning } from './answers';
import type { Catalog, Offering } from './offers';
import type { Clients, ComputeCalls } from './clients';
import { OF_ALL_ZONES, PAGES } from './pages';

/** One zone's part of a page of an aggregated list. */
type Scope = [
  string,
  { machineTypes?: unknown[] | null; acceleratorTypes?: unknown[] | null; warning?: Warning | undefined },
];

export function catalogOf(compute: ComputeCalls): Catalog {
  const { project } = compute;
  const offering = async (what: string, pages: (clients: Clients) => AsyncIterable<Scope>): Promise<Offering> => {
    const scopes = await compute.list(what, pages);
    const zonesWhere = (holds: (contents: Scope[1], scope: string) => boolean): string[] =>
      scopes.flatMap(([scope, contents]) => (holds(contents, scope) ? [lastPart(scope)] : []));
    return {
      found: zonesWhere(({ machineTypes, acceleratorTypes }) => (machineTypes ?? acceleratorTypes ?? []).length > 0),
      unlisted: zonesWhere(({ warning }, scope) => gapOf(scope, what, warning).gap !== undefined),
    };
  };
  return {
    async zones() {
      const all = await compute.list('zones.list', ({ zones }) => zones.listAsync({ project }, PAGES));
      return all.map(({ name, status }) => ({ name: name ?? '', status: String(status) }));
    },
    withMachineType: (name) =>
      offering('machineTypes.aggregatedList', ({ machineTypes }) =>
        machineTypes.aggregatedListAsync({ ...OF_ALL_ZONES, project, filter: `name=${name}` }, PAGES),
      ),
    withAccelerator: (name) =>
      offering('acceleratorTypes.aggregatedList', ({ acceleratorTypes }) =>
        acceleratorTypes.aggregatedListAsync({ ...OF_ALL_ZONES, project, filter: `name=${name}` }, PAGES),
      ),
  };
}
