// The calls on operations, of zones and of the project.
import { notFound, notFoundIn } from './api-errors';
import { listOf } from './lists';
import type { PageItem } from './page';
import type { OperationRecord } from './records';
import type { Call, Route, RouteDeps } from './route';

export function operationRoutes({ store, operations, toApi, project }: RouteDeps): Route[] {
  const find = ({ zone, name }: Call): OperationRecord => {
    const operation = operations.named(zone, name);
    if (!operation && zone === '') throw notFound(`projects/${project}/global/operations/${name}`);
    if (!operation) throw notFoundIn('operations', zone, name);
    return operation;
  };
  const listed = (zone: string): PageItem[] =>
    [...store.operations.values()]
      .filter((operation) => operation.zone === zone)
      .map((operation) => {
        const key = String(operation.sequence).padStart(12, '0');
        return { key, zone, resource: toApi.operation(operation) };
      });
  return [
    [
      'GET zones/{zone}/operations',
      ({ zone, url }) => listOf('operation', `projects/${project}/zones/${zone}/operations`, listed(zone), url),
    ],
    ['GET zones/{zone}/operations/{name}', (call) => toApi.operation(find(call))],
    ['GET global/operations/{name}', (call) => toApi.operation(find(call))],
    ['POST global/operations/{name}/wait', async (call) => toApi.operation(await operations.wait(find(call)))],
    ['POST zones/{zone}/operations/{name}/wait', async (call) => toApi.operation(await operations.wait(find(call)))],
  ];
}
