// Checks the credentials file that Google's libraries will use: their own errors would only mention JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../core/context';
import { CREDENTIALS_VARIABLE as VARIABLE, loginIn } from '../core/gcloud-credentials';
import { GoogleTrouble, SIGN_IN } from './trouble';

const ABSENT = 'does not exist';

/** Where Google's libraries look for credentials. An absent file is not an error: on Google's VMs there are other credentials. */
export interface CredentialsPlace {
  /** Undefined if the environment has no folder for it. */
  file: string | undefined;
  /** The variable that names the file itself; undefined for the place to which gcloud writes. */
  variable?: typeof VARIABLE;
}

export function credentialsPlace(env: Environment): CredentialsPlace {
  const named = env[VARIABLE];
  return named ? { file: named, variable: VARIABLE } : { file: usualPlace(env) };
}

/** Throws GoogleTrouble if the file cannot be used. An absent file is accepted, unless the environment names it. */
export function requireReadableCredentials(env: Environment): void {
  const { file, variable } = credentialsPlace(env);
  const problem = file === undefined ? undefined : problemOf(file);
  if (!problem) return;
  if (variable) refuse(`${variable} is ${file}, which ${problem}. Correct it, or run: unset ${variable}`);
  if (problem !== ABSENT) refuse(`${file} ${problem}. To create it again, run: ${SIGN_IN}`);
}

/** The content of a file of credentials; undefined if it is absent or has another content. */
export function readCredentials(file: string): { readonly [key: string]: unknown; type: string } | undefined {
  try {
    return credentialsIn(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function refuse(sentence: string): never {
  throw new GoogleTrouble(sentence, true);
}

/**
 * The path at which gcloud writes the file and the libraries look for it:
 * https://github.com/googleapis/google-auth-library-nodejs (_tryGetApplicationCredentialsFromWellKnownFile).
 */
function usualPlace(env: Environment): string | undefined {
  const { CLOUDSDK_CONFIG: named, APPDATA: onWindows, HOME: home } = env;
  const folder = named || (onWindows && join(onWindows, 'gcloud')) || (home && join(home, '.config', 'gcloud'));
  return folder ? loginIn(folder) : undefined;
}

function problemOf(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
    return code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
  }
  return credentialsIn(text) ? undefined : 'does not contain credentials for Google Cloud (JSON with a "type")';
}

function credentialsIn(text: string): { type: string } | undefined {
  try {
    const content = JSON.parse(text) as { type?: unknown } | null;
    return typeof content?.type === 'string' ? { ...content, type: content.type } : undefined;
  } catch {
    return undefined;
  }
}
