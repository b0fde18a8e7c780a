// Check: who deploys has a sign-in that Google accepts, and may act as the account of --impersonate.
import { RestError } from '../../google/rest';
import { credentialsTrouble } from '../../google/trouble';
import { ImpersonationRefused } from '../../google/administration';
import { explainRefusal } from '../project-refusals';
import { type Finding, stop } from './finding';

const ABOUT = 'credentials';
const SIGN_IN = 'gcloud auth application-default login';
const UNAUTHENTICATED = [16, 401];

/** Undefined for an error that is not about the sign-in, such as one of the network. */
export function credentialsFinding(error: unknown, project: string): Finding | undefined {
  if (error instanceof ImpersonationRefused) {
    const explained = error.refusal && explainRefusal(error.refusal, project);
    if (explained) {
      return stop(ABOUT, `To act as ${error.account}: ${explained.sentence}`, explained.remedy);
    }
    return stop(
      ABOUT,
      `You may not act as ${error.account}, or there is no such account (iam.serviceAccounts.getAccessToken): ${error.message}`,
      `gcloud iam service-accounts add-iam-policy-binding ${error.account} --member=user:EMAIL --role=roles/iam.serviceAccountTokenCreator`,
    );
  }
  const trouble = credentialsTrouble(error);
  if (trouble) return stop(ABOUT, trouble.message);
  if (!(error instanceof RestError) || !UNAUTHENTICATED.includes(error.code)) return undefined;
  return stop(ABOUT, `Google does not accept your sign-in: ${error.message}`, SIGN_IN);
}
