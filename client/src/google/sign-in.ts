// The user's sign-in, as Google's libraries look for it: application default credentials.
import { type AuthClient, GoogleAuth } from 'google-auth-library';

const ANY_PROJECT = 'mymlops';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Without a project id the library searches for one, which takes seconds. */
const signIn = (projectId: string): GoogleAuth => new GoogleAuth({ scopes: SCOPE, projectId });

/** Rejects with the error of Google's library if there are no credentials. */
export const signedInClient = (projectId: string): Promise<AuthClient> => signIn(projectId).getClient();

/**
 * Tests the sign-in: some libraries take a refusal for a temporary failure and retry. Rejects with the error of Google's
 * library if there are no credentials, or Google does not accept them.
 */
export async function fetchToken(): Promise<void> {
  await signIn(ANY_PROJECT).getAccessToken();
}
