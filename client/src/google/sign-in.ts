// Tests whether Google accepts the sign-in: Firestore's library takes a refusal for a temporary failure and retries.
import { GoogleAuth } from 'google-auth-library';

const ANY_PROJECT = 'mymlops';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Rejects with the error of Google's library if there are no credentials, or Google does not accept them. */
export async function fetchToken(): Promise<void> {
  // Without a project id the library searches for one, which takes seconds.
  await new GoogleAuth({ scopes: SCOPE, projectId: ANY_PROJECT }).getAccessToken();
}
