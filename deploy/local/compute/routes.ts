// The REST calls by method and path. Any other call answers 501 with its name.
import type { IncomingMessage } from 'node:http';
import { HttpError, readJson, sendJson, type Handler } from '../shared/http';
import { REGION, ZONES, type Catalog } from './catalog';
import { diskRoutes } from './disk-routes';
import { askedFields, onlyFields } from '../shared/field-mask';
import { invalidField, MAX_BODY_BYTES, requestIdOf } from './fields';
import { imageRoutes } from './image-routes';
import { withOwnSources } from './image-sources';
import { publicImage } from './images';
import { parseInstance } from './insert-body';
import { operationRoutes } from './operation-routes';
import { callRights, PERMISSIONS } from './permissions';
import { aggregatedOf, listOf } from './lists';
import type { PageItem } from './page';
import type { Answer, Call, Route, RouteDeps } from './route';
import { localSsdUndecided, notFound, notFoundIn, zoneDown } from './api-errors';
import type { OperationRecord, StoredVm } from './records';

const BASE = /^\/compute\/v1\/projects\/([^/]+)\/?(.*?)\/?$/;

export function createComputeRoutes(deps: RouteDeps): Handler {
  const table = [
    ...[...catalogRoutes(deps), ...instanceRoutes(deps), ...diskRoutes(deps)],
    ...[...imageRoutes(deps), ...operationRoutes(deps)],
  ];
  const routes = table.map(([route, answer]) => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = new RegExp(`^${pattern.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    return { method, path, answer, permission: PERMISSIONS[route] };
  });

  return async (request, response, url, caller) => {
    const base = BASE.exec(url.pathname);
    const path = base?.[2] ?? '';
    for (const { method, path: pattern, answer, permission } of routes) {
      const match = base && method === request.method && pattern.exec(path);
      if (!match) continue;
      const owner = base[1] ?? '';
      // Google's own images are for everyone who is signed in.
      const image = owner === deps.project ? undefined : publicImage(owner, path);
      if (image) return sendJson(response, 200, deps.toApi.publicImage(image));
      if (owner !== deps.project) throw notFound(`projects/${owner}`);
      const rights = callRights(deps, caller, deps.project);
      rights.require(permission, scopeOf(path));
      const { zone = '', name = '' } = match.groups ?? {};
      if (zone !== '' && !isZone(zone)) throw invalidField('zone', zone, 'Unknown zone.');
      if (deps.faults.zonesDown?.().includes(zone)) throw zoneDown(zone);
      const body = await bodyOf(request);
      const asked = askedFields(request.headers, url);
      const whole = await answer({ zone, name, url, body, requestId: requestIdOf(url), rights });
      return sendJson(response, 200, onlyFields(whole, asked));
    }
    const call = `${request.method} ${base ? path : url.pathname}`;
    deps.log('ERROR', 'call not supported', { call });
    throw new HttpError(501, 'notImplemented', `not supported by the local cloud: ${call}`);
  };
}

/** The resource that a call is on: a list is on the project, or the zone. */
const scopeOf = (path: string): string =>
  /^(zones\/[^/]+(?:\/[^/]+\/[^/]+)?|global\/[^/]+\/(?:family\/)?[^/]+)/.exec(path)?.[1] ?? '';

/** Refuses content types that a web page can post to another site without a preflight. */
async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/json\b/i.test(type)) {
    throw new HttpError(415, 'unsupportedMediaType', `the body must be application/json, not ${type}`);
  }
  return readJson(request, MAX_BODY_BYTES);
}

const isZone = (zone: string): boolean => ZONES.some((each) => each === zone);

function catalogRoutes({ catalog, toApi, project, faults }: RouteDeps): Route[] {
  const isDown = (zone: string): boolean => faults.zonesDown?.().includes(zone) ?? false;
  const acceleratorsIn = (zone: string): PageItem[] =>
    catalog.acceleratorTypes.map((name) => ({
      key: `${zone}/${name}`,
      zone,
      resource: toApi.acceleratorType(name, zone),
    }));
  const typesIn = (zone: string): PageItem[] =>
    catalog.machineTypes.map((type) => ({
      key: `${zone}/${type.name}`,
      zone,
      resource: toApi.machineType(type, zone),
    }));
  const zones = (): PageItem[] => ZONES.map((zone) => ({ key: zone, zone, resource: toApi.zone(zone, !isDown(zone)) }));
  return [
    ['GET ', () => toApi.project()],
    [
      'GET regions',
      ({ url }) =>
        listOf('region', `projects/${project}/regions`, [{ key: REGION, zone: '', resource: toApi.region() }], url),
    ],
    [
      'GET global/snapshots/{name}',
      ({ name }) => {
        // This computer has none.
        throw notFound(`projects/${project}/global/snapshots/${name}`);
      },
    ],
    ['GET zones', ({ url }) => listOf('zone', `projects/${project}/zones`, zones(), url)],
    [
      'GET zones/{name}',
      ({ name }) => {
        if (!isZone(name)) throw notFound(`projects/${project}/zones/${name}`);
        return toApi.zone(name, !isDown(name));
      },
    ],
    [
      'GET zones/{zone}/machineTypes',
      ({ zone, url }) => listOf('machineType', `projects/${project}/zones/${zone}/machineTypes`, typesIn(zone), url),
    ],
    [
      'GET zones/{zone}/machineTypes/{name}',
      ({ zone, name }) => {
        const type = catalog.machineType(name);
        if (!type) throw notFoundIn('machineTypes', zone, name);
        return toApi.machineType(type, zone);
      },
    ],
    [
      'GET aggregated/machineTypes',
      ({ url }) => aggregatedOf('machineType', { project, faults, url }, ZONES.flatMap(typesIn)),
    ],
    [
      'GET aggregated/acceleratorTypes',
      ({ url }) => aggregatedOf('acceleratorType', { project, faults, url }, ZONES.flatMap(acceleratorsIn)),
    ],
  ];
}

function instanceRoutes({
  store,
  catalog,
  operations,
  lifecycle,
  changes,
  toApi,
  project,
  faults,
  log,
}: RouteDeps): Route[] {
  const find = ({ zone, name }: Call): StoredVm => {
    const vm = store.vmNamed(zone, name);
    if (!vm) throw notFoundIn('instances', zone, name);
    return vm;
  };
  const shown = (vm: StoredVm): object => toApi.vm(vm, store.metadata(vm.id), store.disks);
  const listed = (zone?: string): PageItem[] =>
    [...store.vms.values()]
      .filter((vm) => zone === undefined || vm.zone === zone)
      .map((vm) => ({ key: `${vm.zone}/${vm.name}`, zone: vm.zone, resource: shown(vm) }));
  const once = (type: string, act: (call: Call) => OperationRecord): Answer => {
    return (call) => {
      const name = type === 'insert' ? String(call.body['name']) : call.name;
      return toApi.operation(operations.repeated({ ...call, type, collection: 'instances', name }) ?? act(call));
    };
  };
  return [
    [
      'GET zones/{zone}/instances',
      ({ zone, url }) => listOf('instance', `projects/${project}/zones/${zone}/instances`, listed(zone), url),
    ],
    ['GET aggregated/instances', ({ url }) => aggregatedOf('instance', { project, faults, url }, listed())],
    ['GET zones/{zone}/instances/{name}', (call) => shown(find(call))],
    [
      'POST zones/{zone}/instances',
      once('insert', ({ zone, body, requestId, rights }) => {
        const refused = faults.onInsertCall?.(zone);
        if (refused) throw new HttpError(refused.httpStatus ?? 400, refused.code, refused.message);
        const spec = parseInstance(body, zone, catalog);
        if (spec.ignored.length > 0) {
          log('WARNING', 'fields without effect here', { vm: spec.name, fields: spec.ignored.join(' ') });
        }
        rights.requireInsert(zone, spec);
        const disks = withOwnSources(store, project, spec.disks);
        return lifecycle.insert(zone, { ...spec, disks }, requestId, rights.actAsFault(spec.serviceAccounts));
      }),
    ],
    [
      'DELETE zones/{zone}/instances/{name}',
      once('delete', (call) => lifecycle.delete(deletable(find(call)), call.requestId)),
    ],
    [
      'POST zones/{zone}/instances/{name}/stop',
      once('stop', (call) => lifecycle.stop(stoppable(find(call), call.url, catalog), call.requestId)),
    ],
    ['POST zones/{zone}/instances/{name}/start', once('start', (call) => lifecycle.start(find(call), call.requestId))],
    [
      'POST zones/{zone}/instances/{name}/setMetadata',
      once('setMetadata', (call) => {
        const vm = find(call);
        return changes.setMetadata(vm, call.body, call.requestId, call.rights.actAsFault(vm.serviceAccounts));
      }),
    ],
    [
      'POST zones/{zone}/instances/{name}/setLabels',
      once('setLabels', (call) => changes.setLabels(find(call), call.body, call.requestId)),
    ],
    [
      'POST zones/{zone}/instances/{name}/setScheduling',
      once('setScheduling', (call) => changes.setScheduling(find(call), call.body, call.requestId)),
    ],
    [
      'POST zones/{zone}/instances/{name}/setMachineType',
      once('setMachineType', (call) => changes.setMachineType(find(call), call.body, call.requestId)),
    ],
    [
      'POST zones/{zone}/instances/{name}/simulateMaintenanceEvent',
      once('simulateMaintenanceEvent', (call) => lifecycle.maintain(unlessRestarted(find(call)), call.requestId)),
    ],
  ];
}

function deletable(vm: StoredVm): StoredVm {
  if (!vm.deletionProtection) return vm;
  const message = "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.";
  throw new HttpError(400, 'invalidResourceUsage', message);
}

/** A stop loses or keeps the data on local SSDs: the caller must say which. */
function stoppable(vm: StoredVm, { searchParams }: URL, catalog: Catalog): StoredVm {
  const isDecided = searchParams.has('discardLocalSsd') || vm.status === 'TERMINATED';
  if (catalog.machineType(vm.machineType)?.hasLocalSsd && !isDecided) throw localSsdUndecided();
  return vm;
}

/** mymlops asks for no restart. */
function unlessRestarted(vm: StoredVm): StoredVm {
  const { automaticRestart, onHostMaintenance } = vm.scheduling;
  if (!automaticRestart || onHostMaintenance === 'MIGRATE') return vm;
  throw new HttpError(
    501,
    'notImplemented',
    'automaticRestart after host maintenance: not supported by the local cloud',
  );
}
