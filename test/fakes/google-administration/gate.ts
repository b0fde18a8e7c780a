// The gate before every service: the token, the project that a person's calls are counted for, and whether the API is on.
import type { IncomingHttpHeaders } from 'node:http';
import { refuse } from './refusals';
import { hasPermission } from './route';
import type { GoogleState } from './state';

export interface Tokens {
  person: string;
  /** Addresses of service accounts by the tokens that were made for them. */
  accounts: Map<string, string>;
}

/** Resolves to the address of who calls. Throws Refused. */
export function letIn(google: GoogleState, tokens: Tokens, service: string, headers: IncomingHttpHeaders): string {
  // The call sends the token in its body, not as its sign-in.
  if (service === 'oauth2') return '';
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const isPerson = token === tokens.person;
  const account = tokens.accounts.get(token);
  if (!isPerson && account === undefined) {
    throw refuse(
      401,
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      { reason: token === '' ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_TYPE_UNSUPPORTED' },
    );
  }
  if (isPerson) countedFor(google, service, headers['x-goog-user-project']);
  const api = `${service}.googleapis.com`;
  if (!google.enabled.has(api) || isLate(google, api)) throw apiOff(api, google.project.number);
  return account ?? google.email ?? 'you';
}

/** https://cloud.google.com/docs/quotas/set-quota-project, https://cloud.google.com/docs/authentication/rest#set-billing-project */
function countedFor(google: GoogleState, service: string, counted: string | string[] | undefined): void {
  const api = `${service}.googleapis.com`;
  if (counted === undefined) {
    throw refuse(
      403,
      `Your application is authenticating by using local Application Default Credentials. The ${api} API requires a quota project, which is not set by default. To learn how to set your quota project, see https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds .`,
      { reason: 'SERVICE_DISABLED', metadata: { service: api, consumer: 'projects/764086051850' } },
    );
  }
  const { id, number } = google.project;
  if ((counted === id || counted === number) && hasPermission(google, 'serviceusage.services.use')) return;
  throw refuse(
    403,
    `Caller does not have required permission to use project ${String(counted)}. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=${String(counted)} and then retry. Propagation of the new permission may take a few minutes.`,
    { reason: 'USER_PROJECT_DENIED', metadata: { service: api, consumer: `projects/${String(counted)}` } },
  );
}

function isLate({ late }: GoogleState, api: string): boolean {
  const left = late.get(api) ?? 0;
  late.set(api, left - 1);
  return left > 0;
}

const apiOff = (api: string, number: string): Error =>
  refuse(
    403,
    `${api} API has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${api}/overview?project=${number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    { reason: 'SERVICE_DISABLED', metadata: { service: api, consumer: `projects/${number}` } },
  );
