// The sign-in of who deploys: the application default credentials, a given token, or a service account that they act as.
import {
  type AuthClient,
  ExternalAccountAuthorizedUserClient,
  Impersonated,
  JWT,
  OAuth2Client,
  UserRefreshClient,
} from 'google-auth-library';
import { signedInClient } from '../sign-in';
import type { AdministrationOptions, Service, SignedIn } from './options';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const LIFETIME_SECONDS = 3600;

/** Rejects with the error of Google's library if there are no credentials. Makes no call to Google. */
export async function signIn(
  { project, impersonate, token }: AdministrationOptions,
  baseOf: (service: Service) => string,
): Promise<SignedIn> {
  const client = token === undefined ? await signedInClient(project) : withToken(token);
  const isPerson = token !== undefined || isPersons(client);
  // A person's calls are counted for the project that they are about, whichever gcloud has noted in the credentials. That for a token
  // of an account is such a call, too: https://cloud.google.com/docs/quotas/set-quota-project
  if (isPerson) client.quotaProjectId = project;
  if (impersonate === undefined) return { client, isPerson, ...(client instanceof JWT && { email: client.email }) };
  const account = new Impersonated({
    ...{ sourceClient: client, targetPrincipal: impersonate, delegates: [] },
    ...{ targetScopes: [SCOPE], lifetime: LIFETIME_SECONDS, endpoint: baseOf('iamcredentials') },
    ...(token !== undefined && TRANSPORT_OF_TESTS),
  });
  return { client: account, isPerson: false, email: impersonate };
}

/** With node's own fetch: the library would import another one, which jest cannot load. */
const TRANSPORT_OF_TESTS = { transporterOptions: { fetchImplementation: fetch } };

function withToken(token: string): AuthClient {
  const client = new OAuth2Client(TRANSPORT_OF_TESTS);
  client.setCredentials({ access_token: token });
  return client;
}

/** The credentials of `gcloud auth application-default login`, with an account of Google or of another provider. */
const isPersons = (client: AuthClient): boolean =>
  client instanceof UserRefreshClient || client instanceof ExternalAccountAuthorizedUserClient;
