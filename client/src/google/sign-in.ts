// Whether Google takes the sign-in: Firestore's library takes a refusal for something that passes.
import { GoogleAuth } from 'google-auth-library';

const ANY_PROJECT = 'mymlops';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Rejects as Google's library does where there are no credentials, or Google does not take them. */
export async function askForToken(): Promise<void> {
  // Without the name of a project the library looks for one, which takes seconds.
  await new GoogleAuth({ scopes: SCOPE, projectId: ANY_PROJECT }).getAccessToken();
}
