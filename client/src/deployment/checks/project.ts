// Checks: the project exists and is active, and has billing.
import type { Administration, Caller } from '../../google/administration';
import { enableCommand, explainRefusal, noBilling, serviceOff, unseen } from '../project-refusals';
import { type Finding, stop } from './finding';
import { unchecked } from './unchecked';

const RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';
const SERVICE_USAGE = 'serviceusage.googleapis.com';

export async function checkExistence(administration: Administration, caller: Caller): Promise<Finding[]> {
  const { project, projects } = administration;
  const { refusal, ...answer } = { value: undefined, ...(await projects.get()) };
  if (refusal) {
    if (serviceOff(refusal) !== undefined) return withoutResourceManager(administration);
    const explained = explainRefusal(refusal, project, caller);
    if (explained) return [stop(explained.about, explained.sentence, explained.remedy)];
    const { sentence, remedy } = unseen(project);
    return [403, 404].includes(refusal.status)
      ? [stop('project', `${sentence} Google says: ${refusal.message}`, remedy)]
      : [stop('project', `Project ${project} could not be read: ${refusal.message}`)];
  }
  const state = answer.value?.state;
  if (state === 'ACTIVE') return [];
  return state === 'DELETE_REQUESTED'
    ? [stop('project', `Project ${project} is being deleted. Restore it.`, `gcloud projects undelete ${project}`)]
    : [stop('project', `Project ${project} is not active: Google calls its state ${state}.`)];
}

/**
 * In a new project Resource Manager is off. Service Usage is on there, and can enable it; without that, only gcloud can, which
 * has a project of its own: https://cloud.google.com/service-usage/docs/enabled-service#default
 */
async function withoutResourceManager({ project, services }: Administration): Promise<Finding[]> {
  const { refusal } = await services.listEnabled();
  const remedy = enableCommand([SERVICE_USAGE, RESOURCE_MANAGER], project);
  if (refusal) {
    const off = serviceOff(refusal) === undefined ? RESOURCE_MANAGER : `${SERVICE_USAGE} and ${RESOURCE_MANAGER}`;
    return [stop('APIs', `${off} must be enabled in project ${project}, and only gcloud can do that here.`, remedy)];
  }
  return [
    {
      ...{ severity: 'warning', about: 'project', remedy, awaitsApi: RESOURCE_MANAGER },
      sentence: `Whether project ${project} is active could not be checked: ${RESOURCE_MANAGER} is off.`,
    },
  ];
}

export async function checkBilling(administration: Administration): Promise<Finding[]> {
  const { project, projects } = administration;
  const answer = await projects.hasBilling();
  if (answer.refusal) {
    return [unchecked('billing', 'Billing', answer.refusal, { project, permission: 'resourcemanager.projects.get' })];
  }
  if (answer.value) return [];
  const { sentence, remedy } = noBilling(project);
  return [stop('billing', sentence, remedy)];
}
