// Who deploys, as far as Google tells it.
import { RestError } from '../rest';
import type { Calls } from './call';
import type { Caller } from './port';

/** Throws if there is no sign-in, or Google does not accept it. */
export async function findCaller(call: Calls): Promise<Caller> {
  const { client, isPerson, email } = await call.signedIn();
  const { token } = await client.getAccessToken();
  const known = email ?? (await emailOf(call, token ?? ''));
  if (known === undefined) return { isPerson };
  // An account of another provider has no address here, so whoever has one is a person or a service account.
  const isAccount = known.endsWith('.gserviceaccount.com');
  return { isPerson, email: known, member: `${isAccount ? 'serviceAccount' : 'user'}:${known}` };
}

/**
 * gcloud asks for the right to know the address with every login. Sent as Google's library sends it, so that no token is in an
 * address: https://github.com/googleapis/google-auth-library-nodejs (OAuth2Client.getTokenInfo).
 */
async function emailOf(call: Calls, token: string): Promise<string | undefined> {
  const form = new URLSearchParams({ access_token: token }).toString();
  try {
    const answer = await call('oauth2', '/tokeninfo', {
      ...{ method: 'POST', body: form, isRepeatable: true },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return answer.refusal ? undefined : (answer.value as { email?: string }).email;
  } catch (error) {
    // It does not know the token of a federated identity, and says so in OAuth's form. The next call tells whether Google accepts it.
    if (error instanceof RestError) return undefined;
    throw error;
  }
}
