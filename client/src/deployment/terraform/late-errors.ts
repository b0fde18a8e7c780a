// Errors of an apply that come from a right, an account or an API that was given a moment ago, and is not known everywhere at Google
// yet. They pass by waiting. All others do not.
import type { TerraformError } from './run-terraform';

interface LateError {
  pattern: RegExp;
  /** The new thing that is not known yet, for the sentence. */
  what: string;
}

/**
 * "Changes become fully effective within 2 minutes, possibly 7 or longer": https://cloud.google.com/iam/docs/access-change-propagation.
 * The texts are those of the services, as they stand in issues of the provider and in Google's pages on each service.
 */
const LATE: readonly LateError[] = [
  // https://cloud.google.com/iam/docs/service-accounts-create: "you might not be able to use it for a minute"
  { pattern: /service account \S+ (does not exist|was not found)/i, what: 'a service account' },
  { pattern: /unknown service account|identity or identities .* could not be found/i, what: 'a service account' },
  // https://cloud.google.com/service-usage/docs/enable-disable: "wait a few minutes for the action to propagate"
  { pattern: /has not been used in project .* before or it is disabled/i, what: 'an API' },
  { pattern: /SERVICE_DISABLED|API .* is not enabled/, what: 'an API' },
  // https://cloud.google.com/functions/docs/troubleshooting#build: the build's account has its roles, but not everywhere.
  {
    pattern: /build failed[^]*(does not have|denied|permission|forbidden)/i,
    what: 'a right of the account that builds',
  },
  {
    pattern: /Could not build the function due to (a )?missing permissions?/i,
    what: 'a right of the account that builds',
  },
  { pattern: /missing (the )?necessary permission iam\.serviceAccounts\.(actAs|getAccessToken)/i, what: 'a right' },
  { pattern: /Permission 'iam\.serviceAccounts\.actAs' denied/i, what: 'a right' },
  {
    pattern: /\bgcp-sa-[\w-]+\.iam\.gserviceaccount\.com\b[^]*does not (exist|have)/i,
    what: "a right of one of Google's services",
  },
  // https://cloud.google.com/iam/docs/retry-strategy: two changes of one policy at a time
  { pattern: /there were concurrent policy changes/i, what: 'a change of a policy' },
  // A custom role that was made a moment ago: https://cloud.google.com/iam/docs/creating-custom-roles
  { pattern: /\bRole \(?\S+\)? does not exist/i, what: 'a role' },
];

/** The new thing that is not known yet; undefined for an error that does not pass. */
export const lateReason = ({ summary, detail }: TerraformError): string | undefined =>
  LATE.find(({ pattern }) => pattern.test(`${summary}\n${detail}`))?.what;
