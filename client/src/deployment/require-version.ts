// Some functions came with a later version: an earlier one does not answer what it does not know.
import { compareVersions, LOCAL_PROJECT } from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import type { Deployment } from './connect';

/** `what`: of the version, such as `build images`. Throws ExpectedError that says which command upgrades the deployment. */
export async function requireVersion(
  {
    connection: { names },
    settings,
  }: Pick<Deployment, 'settings'> & { connection: Pick<Deployment['connection'], 'names'> },
  since: string,
  what: string,
): Promise<void> {
  const { version } = await settings();
  if (compareVersions(version, since) >= 0) return;
  const isLocal = names.project === LOCAL_PROJECT;
  const remedy = isLocal
    ? 'Stop it, and the next command starts the new version: mymlops-client local down'
    : `Upgrade it: mymlops-client deploy --project ${names.project}`;
  const deployment = isLocal ? 'The running local cloud' : `Deployment "${names.deployment}"`;
  throw new ExpectedError(
    `${deployment} has version ${version}, which does not ${what}: ${since} is the first that does. ${remedy}`,
  );
}
