// The credentials that Google's libraries find, in words: of which kind, in which file, for which account.
import { existsSync } from 'node:fs';
import type { Environment } from '../core/context';
import { credentialsPlace, readCredentials } from './credentials-file';
import { SIGN_IN } from './trouble';

/** The types that files of credentials have: https://google.aip.dev/auth/4110 */
const KINDS: Record<string, string> = {
  authorized_user: 'the login of a user',
  external_account: 'workload identity federation',
  external_account_authorized_user: 'the login of a user of another identity provider',
  impersonated_service_account: 'a login that acts as a service account',
  service_account: 'a key of a service account',
};

export interface Login {
  /** The type in the file; null without a file. */
  type: string | null;
  /** The same in words. */
  kind: string;
  /** Path of the file, also of one that cannot be used; null if there is none. */
  file: string | null;
  /** The variable that names the file; null for the place to which gcloud writes. */
  variable: string | null;
  /** Address of the account that the file itself names. */
  account: string | null;
  /** Address of the service account as which the login acts. */
  impersonates: string | null;
}

/** Reads the file only. A file that cannot be used counts as none: see requireReadableCredentials. */
export function loginOf(env: Environment): Login {
  const { file, variable = null } = credentialsPlace(env);
  const content = file === undefined ? undefined : readCredentials(file);
  if (content === undefined) {
    const none = { type: null, variable, account: null, impersonates: null };
    // Where a variable names a file, nothing else is looked for.
    if (file !== undefined && (variable !== null || existsSync(file))) {
      return { ...none, kind: 'none that can be used', file };
    }
    return { ...none, kind: 'no file: those of a VM of Google, if this is one', file: null };
  }
  const { type, client_email: email, account = email, service_account_impersonation_url: url } = content;
  return {
    ...{ type, file: file ?? null, variable, kind: KINDS[type] ?? `credentials of the type ${type}` },
    account: typeof account === 'string' && account !== '' ? account : null,
    impersonates: (typeof url === 'string' && accountIn(url)) || null,
  };
}

/** Such as https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ACCOUNT:generateAccessToken */
const accountIn = (url: string): string | undefined =>
  /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url)?.[1];

/** The command that signs in again in the same way. It writes to gcloud's own place, which a variable must not hide. */
export function renewalOf({ type, variable, impersonates }: Login): string {
  const visible = variable === null ? '' : `unset ${variable} && `;
  const acts = type === 'impersonated_service_account' && impersonates !== null;
  return `${visible}${SIGN_IN}${acts ? ` --impersonate-service-account=${impersonates}` : ''}`;
}

/** A sentence about the sign-in, with the command that renews exactly this login. */
export const withRenewal = (sentence: string, login: Login): string =>
  sentence.replace(SIGN_IN, () => renewalOf(login));
