// The settings that a deployment has in its database: what does not follow from the names of project and deployment.
import {
  DEPLOYMENT_SETTINGS,
  type DeploymentSettings,
  deploymentSettings,
  LOCAL_PROJECT,
  parseWith,
} from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import type { Connection } from '../google/connection';
import type { RunReader } from '../google/runs';

/** Throws ExpectedError if there is no such deployment, or none that this client understands. */
export async function readSettings(
  { names }: Pick<Connection, 'names'>,
  runs: Pick<RunReader, 'document'>,
): Promise<DeploymentSettings> {
  const found = await runs.document(DEPLOYMENT_SETTINGS);
  if (!found) throw new ExpectedError(noSuchDeployment(names));
  const settings = parseWith(deploymentSettings, found);
  if (settings.ok) return settings.value;
  throw new ExpectedError(
    `The settings of deployment "${names.deployment}" cannot be read (${settings.error}). Install the newest client: npm install mymlops-client@latest`,
  );
}

function noSuchDeployment({ project, deployment }: Connection['names']): string {
  return project === LOCAL_PROJECT
    ? 'The local cloud has no settings: it is of an earlier version. Run: mymlops-client local down'
    : `There is no deployment "${deployment}" in project ${project}. Check \`deployment\` and \`project\` in mymlops.yml, or run locally: --local`;
}
