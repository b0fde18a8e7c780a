// Where gcloud writes a login. Its folder may be named by CLOUDSDK_CONFIG, which only the newest of Google's libraries that the
// client uses reads: a run could be listed and not committed. So the others learn the file from a variable that all of them read.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './context';

/** Names a file of credentials; all of Google's libraries read it. */
export const CREDENTIALS_VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';

/** The file of the login in the folder of gcloud. */
export const loginIn = (folder: string): string => join(folder, 'application_default_credentials.json');

/** For the libraries' environment: the login in the folder of CLOUDSDK_CONFIG, unless a variable names another file. */
export function credentialsSettings(env: Environment): Record<string, string> {
  const { CLOUDSDK_CONFIG: folder, [CREDENTIALS_VARIABLE]: named } = env;
  if (!folder || named || !existsSync(loginIn(folder))) return {};
  return { [CREDENTIALS_VARIABLE]: loginIn(folder) };
}
