// Refusals that any call about a project may meet: an API that is off, billing, a project that cannot be seen. One table, for the
// checks and for what changes the project.
import type { Caller, Refusal } from '../google/administration';
import { grantCommand } from './caller';

export interface Explained {
  about: 'APIs' | 'billing' | 'project';
  sentence: string;
  remedy: string;
}

/** The service that is off, if that is why Google refused. */
export function serviceOff({ reason, service, message }: Refusal): string | undefined {
  if (reason !== 'SERVICE_DISABLED' && !/has not been used in project|API .*is (disabled|not enabled)/.test(message)) {
    return undefined;
  }
  return service ?? /\b[a-z]+\.googleapis\.com\b/.exec(message)?.[0] ?? 'serviceusage.googleapis.com';
}

export const enableCommand = (services: readonly string[], project: string): string =>
  `gcloud services enable ${services.join(' ')} --project ${project}`;

/** Undefined for a refusal that is about something else, such as a right. */
export function explainRefusal(
  refusal: Refusal,
  project: string,
  caller?: Pick<Caller, 'member'>,
): Explained | undefined {
  const service = serviceOff(refusal);
  if (service !== undefined) {
    const sentence = `The API ${service} is off in project ${project}.`;
    return { about: 'APIs', sentence, remedy: enableCommand([service], project) };
  }
  if (isAboutBilling(refusal)) return noBilling(project);
  if (refusal.reason === 'CONSUMER_INVALID') return unseen(project);
  if (refusal.reason === 'USER_PROJECT_DENIED') return unusable(project, caller);
  return undefined;
}

/** With the remedy: a command to run, or a page. */
export const explainedInFull = ({ sentence, remedy }: Explained): string =>
  `${sentence} ${remedy.startsWith('https:') ? 'See' : 'Run'}: ${remedy}`;

export const noBilling = (project: string): Explained => ({
  about: 'billing',
  sentence: `Project ${project} has no active billing account, and Google enables Compute Engine only with one.`,
  remedy: `https://console.cloud.google.com/billing/linkedaccount?project=${project}`,
});

/** Google answers alike for a project that does not exist and for one that the caller may not see. */
export const unseen = (project: string): Explained => ({
  about: 'project',
  sentence: `There is no project ${project}, or you may not see it.`,
  remedy: 'gcloud projects list',
});

/** A person's calls are counted for the project: https://cloud.google.com/docs/quotas/set-quota-project */
const unusable = (project: string, caller: Pick<Caller, 'member'> | undefined): Explained => ({
  about: 'project',
  sentence: `There is no project ${project}, or you may not use it for calls (serviceusage.services.use). Its owner can give you the role.`,
  remedy: grantCommand(project, caller, 'roles/serviceusage.serviceUsageConsumer'),
});

/** https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto, and Service Usage's own reason. */
const isAboutBilling = ({ reason, message }: Refusal): boolean =>
  reason === 'BILLING_DISABLED' ||
  reason === 'UREQ_PROJECT_BILLING_NOT_FOUND' ||
  /billing (account|must be enabled|is disabled)|requires billing/i.test(message);
