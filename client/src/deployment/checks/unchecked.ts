// A check that Google did not let us make.
import type { Administration, Refusal } from '../../google/administration';
import { explainRefusal, serviceOff } from '../project-refusals';
import { type Finding, warning } from './finding';

/**
 * @param missed The subject that was not looked at, such as "Billing".
 * @param permission The permission that the call takes, for a refusal that does not name it.
 */
export function unchecked(
  about: string,
  missed: string,
  refusal: Refusal,
  { project, permission }: Pick<Administration, 'project'> & { permission: string },
): Finding {
  const service = serviceOff(refusal);
  const explained = explainRefusal(refusal, project);
  if (service !== undefined) {
    const finding = warning(about, `${missed} could not be checked: ${service} is off.`, explained?.remedy);
    return { ...finding, awaitsApi: service };
  }
  if (refusal.status !== 403) return warning(about, `${missed} could not be checked: ${refusal.message}`);
  return warning(
    about,
    `${missed} could not be checked: you lack the permission ${refusal.permission ?? permission}.`,
    explained?.remedy,
  );
}
