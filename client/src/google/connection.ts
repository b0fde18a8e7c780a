// How a deployment is reached: on Google, or in the local cloud with its addresses and token.
import { callDeadlineMs } from '@mymlops/google';
import { EMULATOR_VARIABLES, LOCAL_PROJECT, type Endpoints, type Names, namesOf } from '@mymlops/protocol';
import type { Environment } from '../core/context';
import type { Target } from '../config/target';
import { chosenEmulators } from '../local/emulators';
import { ExpectedError } from '../core/errors';
import { proxyForGoogle } from '../core/proxies';
import { requireReadableCredentials } from './credentials-file';
import { type TroubleFinder, troubleFinders } from './find-trouble';

export interface Connection {
  names: Names;
  /** Absent on Google, whose libraries know the addresses. */
  endpoints?: Endpoints;
  /** How long one call may take. */
  deadlineMs: number;
  /** On Google: these look for the reason when a call fails or takes long, in this order. */
  finders?: readonly TroubleFinder[];
  /** On Google: whether Google has answered a call of this command. */
  contact?: { isMade: boolean };
}

/** Without `endpoints`, a connection to Google, whose libraries read the environment themselves. */
export function connectionTo(target: Target, env: Environment, endpoints?: Endpoints): Connection {
  const names = namesOf(target.project, target.deployment);
  const deadlineMs = callDeadlineMs(endpoints);
  if (endpoints) return { names, endpoints, deadlineMs };
  return { names, deadlineMs, finders: troubleFinders(env), contact: { isMade: false } };
}

/** Variables that would silently send calls to another place than the project. */
const DIVERSIONS = ['STORAGE_EMULATOR_HOST', 'CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB'];
const EMULATOR_DIVERSIONS = Object.values(EMULATOR_VARIABLES);

/**
 * Throws ExpectedError if the environment points Google's libraries at an emulator. The local cloud accepts emulators that it
 * can use, on this computer only (see emulators.ts).
 */
export function refuseDiversions(project: string, env: Environment): void {
  const refused = project === LOCAL_PROJECT ? DIVERSIONS : [...EMULATOR_DIVERSIONS, ...DIVERSIONS];
  const set = refused.filter((name) => env[name]);
  if (set.length === 0) {
    if (project === LOCAL_PROJECT) chosenEmulators(env);
    return;
  }
  const place = project === LOCAL_PROJECT ? 'the local cloud' : `project ${project}`;
  throw new ExpectedError(
    `${set.join(', ')} would send calls meant for ${place} to an emulator. Run: unset ${set.join(' ')}`,
  );
}

/** Throws ExpectedError if the environment names a proxy or credentials that cannot be used. */
export function requireAccess(env: Environment): void {
  const proxy = proxyForGoogle(env);
  if (proxy && 'problem' in proxy) {
    const { variable, problem } = proxy;
    throw new ExpectedError(`${variable} ${problem}. Write http://HOST:PORT, or run: unset ${variable}`);
  }
  requireReadableCredentials(env);
}
