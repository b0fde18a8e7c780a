// Compute Engine behind the Cloud port. The single clients are loaded at the first call that needs one: the whole
// package takes seconds and a quarter of a gigabyte.
import { hostAndPort, LABELS, type Endpoints, type Names } from '@mymlops/protocol';
import type { ClientOptions } from 'google-gax';
import type { Cloud } from '../ports';
import { disksIn, lastPart, operationState, vmOf, diskOf, vmOperationOf, vmsIn } from './compute-answers';
import { lateOrGone, refusalOf, statusOf } from './compute-failures';
import { deadlineMs, lazily } from './connection';
import { collectWithin, withDeadline } from './deadline';
import { DISK_FIELDS, onlyWith, VM_FIELDS } from './list-fields';
import { createOffers, type Catalog } from './offers';

/** What the library does anyway, and warns about where it is not said. */
const PAGES = { autoPaginate: false };

/** Of an aggregated list: what one zone has. */
type Scope = [string, { machineTypes?: unknown[] | null; acceleratorTypes?: unknown[] | null }];

type Clients = Awaited<ReturnType<typeof openClients>>;

export function openCloud(names: Names, local: () => Endpoints | undefined): Cloud {
  const connect = lazily(() => openClients(names, local()));
  const { project } = names;
  const filter = `labels.${LABELS.deployment}=${names.deployment}`;

  /** Calls with a deadline; "not found" is undefined. */
  const call = async <T>(what: string, make: (clients: Clients) => Promise<T>): Promise<T | undefined> => {
    const clients = await connect();
    try {
      return await withDeadline(what, deadlineMs(local()), make(clients));
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };

  const listed = <T>(what: string, items: AsyncIterable<T>): Promise<T[]> =>
    collectWithin(what, deadlineMs(local()), items);

  const namedIn = async (what: string, pages: (clients: Clients) => AsyncIterable<Scope>): Promise<string[]> => {
    const scopes = await listed(what, pages(await connect()));
    return scopes.flatMap(([scope, { machineTypes, acceleratorTypes }]) =>
      (machineTypes ?? acceleratorTypes ?? []).length > 0 ? [lastPart(scope)] : [],
    );
  };
  const catalog: Catalog = {
    async zones() {
      const { zones } = await connect();
      const all = await listed('zones.list', zones.listAsync({ project }, PAGES));
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

  return {
    offers: createOffers(catalog, Date.now),

    async get(zone, name) {
      const found = await call('instances.get', ({ instances }) => instances.get({ project, zone, instance: name }));
      return found && vmOf(found[0]);
    },

    async getDisk(zone, name) {
      const found = await call('disks.get', ({ disks }) => disks.get({ project, zone, disk: name }));
      return found && diskOf(found[0]);
    },

    async list() {
      const { instances, disks } = await connect();
      const [vmScopes, diskScopes] = await Promise.all([
        listed(
          'instances.aggregatedList',
          kept(instances.aggregatedListAsync({ project, filter }, onlyWith(VM_FIELDS)), vmsIn),
        ),
        listed(
          'disks.aggregatedList',
          kept(disks.aggregatedListAsync({ project, filter }, onlyWith(DISK_FIELDS)), disksIn),
        ),
      ]);
      return {
        vms: vmScopes.flatMap(({ found }) => found),
        disks: diskScopes.flatMap(({ found }) => found),
        gaps: [...vmScopes, ...diskScopes].flatMap(({ gap }) => gap ?? []),
      };
    },

    async operationsOn(zone, name) {
      const { operations } = await connect();
      const filter = `targetLink eq .*/instances/${name}`;
      const found = await listed('operations.list', operations.listAsync({ project, zone, filter }, PAGES));
      return found.map(vmOperationOf);
    },

    async insert(zone, requestId, body) {
      const { instances } = await connect();
      try {
        const sent = instances.insert({ project, zone, requestId, instanceResource: body });
        const [answer] = await withDeadline('instances.insert', deadlineMs(local()), sent);
        // The client's own `name` is a number that no other call accepts.
        const { name, targetId } = answer.latestResponse as { name?: string; targetId?: unknown };
        return { operation: name ?? '', ...(targetId !== undefined && { instanceId: String(targetId) }) };
      } catch (error) {
        return refusalOf(error);
      }
    },

    async awaitOperation(zone, operation, seconds) {
      const { operations } = await connect();
      const endsMs = Date.now() + seconds * 1000;
      for (;;) {
        const waiting = operations.wait({ project, zone, operation });
        // The call itself holds for up to two minutes; a deadline of ours means: not done yet.
        const answer = await withDeadline('operations.wait', Math.max(1, endsMs - Date.now()), waiting).catch(
          lateOrGone,
        );
        if (answer === 'gone') return { done: true };
        if (answer !== 'late') {
          const state = operationState(answer[0]);
          if (state.done) return state;
        }
        if (Date.now() >= endsMs) return { done: false };
      }
    },

    async delete(zone, name) {
      const found = await call('instances.delete', ({ instances }) =>
        instances.delete({ project, zone, instance: name }),
      );
      return found && (found[0].latestResponse as { name?: string }).name;
    },

    async deleteDisk(zone, name) {
      const found = await call('disks.delete', ({ disks }) => disks.delete({ project, zone, disk: name }));
      return found && (found[0].latestResponse as { name?: string }).name;
    },

    async setMetadata(zone, name, isOurs, key, value) {
      const found = await call('instances.get', ({ instances }) => instances.get({ project, zone, instance: name }));
      // The fingerprint holds it to this very VM, should another one take its name meanwhile.
      if (!found || !isOurs(vmOf(found[0]))) return false;
      const { metadata } = found[0];
      const others = (metadata?.items ?? []).filter((item) => item.key !== key);
      const items = [...others.map((item) => ({ key: item.key, value: item.value })), { key, value }];
      const sent = await call('instances.setMetadata', ({ instances }) =>
        instances.setMetadata({
          project,
          zone,
          instance: name,
          metadataResource: { fingerprint: metadata?.fingerprint, items },
        }),
      );
      return sent !== undefined;
    },
  };
}

/** What is kept of a page: of a VM with its metadata, which holds our scripts, a thousandth. */
async function* kept<T, U>(pages: AsyncIterable<T>, keep: (page: T) => U): AsyncGenerator<U> {
  for await (const page of pages) yield keep(page);
}

async function openClients(names: Names, local: Endpoints | undefined) {
  const {
    AcceleratorTypesClient,
    DisksClient,
    InstancesClient,
    MachineTypesClient,
    OAuth2Client,
    ZoneOperationsClient,
    ZonesClient,
  } = await import('./libraries/compute');
  const options: ClientOptions = { projectId: names.project };
  if (local) {
    const authClient = new OAuth2Client({ transporterOptions: { fetchImplementation: fetch } });
    authClient.setCredentials({ access_token: local.token });
    const { host, port } = hostAndPort(local.compute);
    Object.assign(options, { apiEndpoint: host, port, protocol: 'http', authClient });
  }
  return {
    instances: new InstancesClient(options),
    machineTypes: new MachineTypesClient(options),
    acceleratorTypes: new AcceleratorTypesClient(options),
    disks: new DisksClient(options),
    zones: new ZonesClient(options),
    operations: new ZoneOperationsClient(options),
  };
}
