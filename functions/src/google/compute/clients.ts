// The Compute Engine library, and how it is called. The single clients are loaded at the first call that needs one: the whole
// package takes seconds and a quarter of a gigabyte.
import { callDeadlineMs, collectWithin, lazily, withDeadline } from '@mymlops/google';
import { hostAndPort, type Endpoints, type Names } from '@mymlops/protocol';
import type { ClientOptions } from 'google-gax';
import { httpStatusOf, isBrokenConnection } from './failures';

export type Clients = Awaited<ReturnType<typeof openClients>>;

export interface ComputeCalls {
  project: string;
  clients(): Promise<Clients>;
  /** The answer within the deadline of a call. */
  ask<T>(what: string, make: (clients: Clients) => Promise<T>): Promise<T>;
  /** The same, undefined where Google says "not found". */
  find<T>(what: string, make: (clients: Clients) => Promise<T>): Promise<T | undefined>;
  /** All items of a list; each page has the deadline to itself. */
  list<T>(what: string, pages: (clients: Clients) => AsyncIterable<T>): Promise<T[]>;
}

export function openCalls(names: Names, local: () => Endpoints | undefined): ComputeCalls {
  const clients = lazily(() => openClients(names, local()));
  const compute: ComputeCalls = {
    project: names.project,
    clients,
    async ask(what, make) {
      const opened = await clients();
      return onceMore(() => withDeadline(what, callDeadlineMs(local()), make(opened)));
    },
    async find(what, make) {
      try {
        return await compute.ask(what, make);
      } catch (error) {
        if (httpStatusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async list(what, pages) {
      const opened = await clients();
      return onceMore(() => collectWithin(what, callDeadlineMs(local()), pages(opened)));
    },
  };
  return compute;
}

/**
 * Google freezes a function between two messages, and the connections that it kept open are dead afterwards: the first call
 * then fails without an answer. Every call may be made again. https://github.com/googleapis/google-cloud-node/issues/2254
 */
export async function onceMore<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isBrokenConnection(error)) throw error;
    return call();
  }
}

/** The name of the operation that a call has started: the client's own `name` is a number that no other call accepts. */
export const operationIn = ([answer]: [{ latestResponse: unknown }, ...unknown[]]): string =>
  (answer.latestResponse as { name?: string }).name ?? '';

async function openClients(names: Names, local: Endpoints | undefined) {
  const {
    AcceleratorTypesClient,
    DisksClient,
    GlobalOperationsClient,
    ImagesClient,
    InstancesClient,
    MachineTypesClient,
    OAuth2Client,
    ProjectsClient,
    RegionsClient,
    SnapshotsClient,
    ZoneOperationsClient,
    ZonesClient,
  } = await import('../libraries/compute');
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
    // Rarely needed: made at the first call.
    globalOperations: madeOnce(() => new GlobalOperationsClient(options)),
    images: madeOnce(() => new ImagesClient(options)),
    projects: madeOnce(() => new ProjectsClient(options)),
    regions: madeOnce(() => new RegionsClient(options)),
    snapshots: madeOnce(() => new SnapshotsClient(options)),
  };
}

function madeOnce<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
