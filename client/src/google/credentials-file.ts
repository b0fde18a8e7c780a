// Checks the credentials file that Google's libraries will use: their own errors would only mention JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../core/context';
import { GoogleTrouble } from './trouble';

const VARIABLE = 'GOOGLE_APPLICATION_CREDENTIALS';
const SIGN_IN = 'gcloud auth application-default login';

const ABSENT = 'does not exist';

/** Throws GoogleTrouble if the file cannot be used. An absent file is accepted: on Google's VMs there are other credentials. */
export function requireReadableCredentials(env: Environment): void {
  const named = env[VARIABLE];
  if (named) {
    const problem = problemOf(named);
    if (problem) refuse(`${VARIABLE} is ${named}, which ${problem}. Correct it, or run: unset ${VARIABLE}`);
    return;
  }
  const file = usualPlace(env);
  const problem = file === undefined ? undefined : problemOf(file);
  if (problem && problem !== ABSENT) refuse(`${file} ${problem}. To create it again, run: ${SIGN_IN}`);
}

function refuse(sentence: string): never {
  throw new GoogleTrouble(sentence, true);
}

/** The path at which gcloud writes the file and the libraries look for it. */
function usualPlace(env: Environment): string | undefined {
  const folder = env['APPDATA'] ?? (env['HOME'] && join(env['HOME'], '.config'));
  return folder ? join(folder, 'gcloud', 'application_default_credentials.json') : undefined;
}

function problemOf(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
    return `cannot be read (${code})`;
  }
  return isCredentials(text) ? undefined : 'does not contain credentials for Google Cloud (JSON with a "type")';
}

function isCredentials(text: string): boolean {
  try {
    const content = JSON.parse(text) as { type?: unknown } | null;
    return typeof content?.type === 'string';
  } catch {
    return false;
  }
}
