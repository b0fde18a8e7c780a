// Google's administration of a project, as `deploy` calls it: REST, with the user's sign-in.
import { findCaller } from './administration/caller';
import { callsTo } from './administration/call';
import { bucketsOf } from './administration/buckets';
import { computeQuotasOf } from './administration/compute-quotas';
import { databasesOf } from './administration/databases';
import { disksOf } from './administration/disks';
import { historyOf } from './administration/history';
import { imagesOf } from './administration/images';
import { policiesOf } from './administration/policies';
import type { AdministrationOptions } from './administration/options';
import type { Administration } from './administration/port';
import { projectsOf } from './administration/projects';
import { projectOnce, servicesOnce } from './administration/remembered';
import { secretNamesOf } from './administration/secret-names';
import { servicesOf } from './administration/services';
import { topicsOf } from './administration/topics';
import { vmsOf } from './administration/vms';

export { ImpersonationRefused } from './administration/call';
export type { AdministrationOptions, Service } from './administration/options';
export type * from './administration/port';

/** Makes no call itself. The sign-in is loaded, and tried, with the first one, which throws if there is none. */
export function openAdministration(options: AdministrationOptions): Administration {
  const call = callsTo(options);
  const { project } = options;
  return {
    project,
    caller: () => findCaller(call),
    projects: projectOnce(projectsOf(call, project)),
    services: servicesOnce(servicesOf(call, project)),
    quotas: computeQuotasOf(call, project),
    policies: policiesOf(call, project),
    databases: databasesOf(call, project),
    buckets: bucketsOf(call, project),
    vms: vmsOf(call, project),
    disks: disksOf(call, project),
    images: imagesOf(call, project),
    history: historyOf(call, project),
    topics: topicsOf(call, project),
    secrets: secretNamesOf(call, project),
  };
}
