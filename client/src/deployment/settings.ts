// The settings that a deployment has in its database: what does not follow from the names of project and deployment, and which
// versions of the client its functions take.
import {
  clientInstallLine,
  compareVersions,
  DEPLOYMENT_SETTINGS,
  type DeploymentSettings,
  deploymentSettings,
  isPartner,
  LOCAL_PROJECT,
  parseWith,
  VERSION,
} from '@mymlops/protocol';
import { ExpectedError } from '../core/errors';
import type { Connection } from '../google/connection';
import type { RunReader } from '../google/runs';

type Place = Pick<Connection['names'], 'project' | 'deployment'>;

/** Throws ExpectedError if there is no such deployment, or one whose functions do not understand this client. */
export async function readSettings(
  { names }: { names: Place },
  runs: Pick<RunReader, 'document'>,
  own: string = VERSION,
): Promise<DeploymentSettings> {
  const found = await runs.document(DEPLOYMENT_SETTINGS);
  if (!found) throw new ExpectedError(noSuchDeployment(names));
  const { version } = found as { version?: unknown };
  if (typeof version === 'string' && !isPartner(own, version)) throw new ExpectedError(misfit(names, own, version));
  const settings = parseWith(deploymentSettings, found);
  if (!settings.ok) throw new ExpectedError(unreadable(names, settings.error));
  const { oldestClient } = settings.value;
  if (compareVersions(own, oldestClient) < 0) throw new ExpectedError(misfit(names, own, settings.value.version));
  return settings.value;
}

const STOP = 'Stop it, and the next command starts the new version: mymlops-client local down';

function noSuchDeployment({ project, deployment }: Place): string {
  return project === LOCAL_PROJECT
    ? `The running local cloud is of an earlier version. ${STOP}`
    : `Project ${project} has no deployment "${deployment}". Check \`project\` and \`deployment\` in mymlops.yml, or run on this computer: --local`;
}

function unreadable({ project, deployment }: Place, error: string): string {
  return project === LOCAL_PROJECT
    ? `The running local cloud is of another version. ${STOP}`
    : `The settings of deployment "${deployment}" cannot be read (${error}). Install the newest client: ${clientInstallLine('')}`;
}

function misfit({ project, deployment }: Place, own: string, version: string): string {
  if (project === LOCAL_PROJECT)
    return `The running local cloud has version ${version}, and this client ${own}: they do not understand each other. ${STOP}`;
  return `Deployment "${deployment}" has version ${version}, and this client ${own}: they do not understand each other. Install the client for it: ${clientInstallLine(version)}`;
}
