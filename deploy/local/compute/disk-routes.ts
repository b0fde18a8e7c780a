// The calls on disks.
import * as z from 'zod';
import { notFoundIn } from './api-errors';
import { userOf } from './disks';
import { int64, parseBody } from './fields';
import { aggregatedOf, listOf } from './lists';
import type { PageItem } from './page';
import type { DiskRecord } from './records';
import type { Answer, Call, Route, RouteDeps } from './route';

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks/resize */
const sizeBody = z.looseObject({ sizeGb: int64.check(z.gte(1), z.lte(65536)) });

export function diskRoutes({ store, operations, diskChanges, toApi, project, faults }: RouteDeps): Route[] {
  const find = ({ zone, name }: Call): DiskRecord => {
    const disk = store.diskNamed(zone, name);
    if (!disk) throw notFoundIn('disks', zone, name);
    return disk;
  };
  const shown = (disk: DiskRecord): object => toApi.disk(disk, userOf(store, disk.id));
  const listed = (zone?: string): PageItem[] =>
    [...store.disks.values()]
      .filter((disk) => zone === undefined || disk.zone === zone)
      .map((disk) => ({ key: `${disk.zone}/${disk.name}`, zone: disk.zone, resource: shown(disk) }));
  const remove: Answer = (call) => {
    const repeated = operations.repeated({ ...call, type: 'delete', collection: 'disks' });
    return toApi.operation(repeated ?? diskChanges.delete(find(call), call.requestId));
  };
  const resize: Answer = (call) => {
    const repeated = operations.repeated({ ...call, type: 'resize', collection: 'disks' });
    if (repeated) return toApi.operation(repeated);
    const { sizeGb } = parseBody(sizeBody, call.body, 'resource');
    return toApi.operation(diskChanges.resize(find(call), sizeGb, call.requestId));
  };
  return [
    [
      'GET zones/{zone}/disks',
      ({ zone, url }) => listOf('disk', `projects/${project}/zones/${zone}/disks`, listed(zone), url),
    ],
    ['GET aggregated/disks', ({ url }) => aggregatedOf('disk', { project, faults, url }, listed())],
    ['GET zones/{zone}/disks/{name}', (call) => shown(find(call))],
    ['DELETE zones/{zone}/disks/{name}', remove],
    ['POST zones/{zone}/disks/{name}/resize', resize],
  ];
}
