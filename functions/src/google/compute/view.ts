// Reads single VMs and disks, lists all of them, and reads the operations on one.
import { LABELS, type Names } from '@mymlops/protocol';
import type { ComputeView } from '../../ports/compute-view';
import { diskOf, disksIn, gapsIn, vmOf, vmOperationOf, vmsIn } from './answers';
import { DISK_FIELDS, onlyWith, VM_FIELDS } from './list-fields';
import type { ComputeCalls } from './clients';
import { OF_ALL_ZONES, PAGES } from './pages';

/** `zones`: all that Google has; may be minutes old. */
export function viewOf(compute: ComputeCalls, names: Names, zones: () => Promise<string[]>): ComputeView {
  const { project } = compute;
  const ours = { ...OF_ALL_ZONES, project, filter: `labels.${LABELS.deployment}=${names.deployment}` };
  return {
    async get(zone, name) {
      const found = await compute.find('instances.get', ({ instances }) =>
        instances.get({ project, zone, instance: name }),
      );
      return found && vmOf(found[0]);
    },

    async getDisk(zone, name) {
      const found = await compute.find('disks.get', ({ disks }) => disks.get({ project, zone, disk: name }));
      return found && diskOf(found[0]);
    },

    async list() {
      const [known, vmScopes, diskScopes] = await Promise.all([
        zones(),
        compute.list('instances.aggregatedList', ({ instances }) =>
          kept(instances.aggregatedListAsync(ours, onlyWith(VM_FIELDS)), vmsIn),
        ),
        compute.list('disks.aggregatedList', ({ disks }) =>
          kept(disks.aggregatedListAsync(ours, onlyWith(DISK_FIELDS)), disksIn),
        ),
      ]);
      return {
        vms: vmScopes.flatMap(({ found }) => found),
        disks: diskScopes.flatMap(({ found }) => found),
        gaps: [...gapsIn('VMs', vmScopes, known), ...gapsIn('disks', diskScopes, known)],
      };
    },

    async operationsOn(zone, name) {
      const ofVm = { project, zone, filter: `targetLink eq .*/instances/${name}` };
      const found = await compute.list('operations.list', ({ operations }) => operations.listAsync(ofVm, PAGES));
      return found.map(vmOperationOf);
    },
  };
}

/** Keeps the needed part of each page: a thousandth of a VM, whose metadata holds our scripts. */
async function* kept<T, U>(pages: AsyncIterable<T>, keep: (page: T) => U): AsyncGenerator<U> {
  for await (const page of pages) yield keep(page);
}
