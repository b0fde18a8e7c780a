// Check: who deploys may do what Terraform will do.
import type { Administration, Caller } from '../../google/administration';
import { grantCommand } from '../caller';
import type { Finding } from './finding';
import { permissionsFor } from './permissions';
import { unchecked } from './unchecked';
import { hasOwnNetwork, listOf, type WantedDeployment } from './wanted';

const ABOUT = 'rights';

/**
 * A finding for each role that has missing permissions. Rights on single resources are not seen here, so that with an existing
 * deployment it is a warning.
 */
export async function checkRights(
  { project, projects }: Administration,
  wanted: WantedDeployment,
  caller: Caller,
): Promise<Finding[]> {
  const roles = permissionsFor(
    ({ variable, ofNetwork, onOwnBucket, toEnable }) =>
      !onOwnBucket &&
      !(toEnable && wanted.variables['enable_apis'] === false) &&
      (variable === undefined || isSet(wanted, variable)) &&
      (!ofNetwork || hasOwnNetwork(wanted)),
  );
  const permission = 'resourcemanager.projects.get';
  const answer = await projects.allowed([...roles.keys()]);
  if (answer.refusal) return [unchecked(ABOUT, 'Your rights', answer.refusal, { project, permission })];
  const allowed = new Set(answer.value);
  const missing = new Map<string, string[]>();
  for (const [one, role] of roles) {
    if (!allowed.has(one)) missing.set(role, [...(missing.get(role) ?? []), one]);
  }
  return [...missing].map(([role, permissions]) => ({
    ...{ severity: wanted.isNew ? 'stop' : 'warning', about: ABOUT },
    sentence: `${caller.email ?? 'Your account'} lacks ${permissions.join(', ')} in project ${project}. The role ${role} has ${permissions.length === 1 ? 'it' : 'them'}.`,
    remedy: grantCommand(project, caller, role),
  }));
}

/** An empty list makes as little as one that is not set. */
const isSet = ({ variables }: WantedDeployment, name: string): boolean => listOf(variables, name).length > 0;
