// Google for an installed client: its administration, which the client reaches through a proxy on this computer as it would reach
// Google, and a Terraform that may load no provider.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGoogleAdministration, type FakeAdministration, type GoogleOptions } from '../fakes/google-administration';
import { type Answer, type Call, CERTIFICATE, startPretendGoogle } from '../local/pretend-google';

export interface GoogleBehindProxy {
  state: FakeAdministration['state'];
  /** For the client. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

const USER = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' };

/** `folder` gets the files that the environment names. */
export async function openGoogle(folder: string, options: GoogleOptions): Promise<GoogleBehindProxy> {
  const google = await startGoogleAdministration(options);
  const proxy = await startPretendGoogle((call) => answerOf(google, call));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const mirror = join(folder, 'mirror');
  mkdirSync(mirror, { recursive: true });
  return {
    state: google.state,
    environment: {
      ...proxy.environment(file('google.pem', CERTIFICATE)),
      GOOGLE_APPLICATION_CREDENTIALS: file('key.json', JSON.stringify(USER)),
      // https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
      TF_CLI_CONFIG_FILE: file(
        'mirror.tfrc',
        `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`,
      ),
    },
    async close() {
      proxy.close();
      await google.close();
    },
  };
}

async function answerOf(
  google: FakeAdministration,
  { method, host, path, headers, body }: Call,
): Promise<Answer | undefined> {
  if (path === '/token') return { body: { access_token: google.token, expires_in: 3600, token_type: 'Bearer' } };
  const [, service = ''] = /^([a-z]+)\.googleapis\.com$/.exec(host) ?? [];
  const base: string | undefined = (google.hosts as Record<string, string>)[service];
  if (base === undefined) return undefined;
  const { authorization = '', 'content-type': type = '', 'x-goog-user-project': payer = '' } = headers;
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization,
      ...(type !== '' && { 'content-type': type }),
      ...(payer !== '' && { 'x-goog-user-project': payer }),
    },
    ...(body !== '' && { body }),
  });
  return { status: response.status, body: await response.json() };
}
