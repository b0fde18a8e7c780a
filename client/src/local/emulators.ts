// Google's emulators as replacements for the local cloud's own Firestore and Pub/Sub: which ones the environment names,
// which ones the local cloud uses, and whether they can be reached.
import { untilFailure } from '@mymlops/google';
import {
  EMULATED,
  EMULATOR_VARIABLES,
  type Emulated,
  type Emulators,
  emulatorsIn,
  type Endpoints,
  isLoopbackAddress,
} from '@mymlops/protocol';
import type { Environment } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { listeningState } from './is-listening';

export const SERVICE_NAMES: Record<Emulated, string> = { firestore: 'Firestore', pubsub: 'Pub/Sub' };

const LOOK_MS = 1_000;

/** The emulators in the environment. Throws ExpectedError for an address that is not on this computer. */
export function chosenEmulators(env: Environment): Emulators {
  const chosen: Emulators = {};
  for (const service of EMULATED) {
    const variable = EMULATOR_VARIABLES[service];
    const address = env[variable];
    if (!address) continue;
    if (!isLoopbackAddress(address)) {
      throw new ExpectedError(
        `${variable} is ${address}, but the local cloud can only use an emulator on this computer (127.0.0.1:PORT, localhost:PORT or [::1]:PORT). Start one here, or run: unset ${variable}`,
        EXIT.usage,
      );
    }
    chosen[service] = address;
  }
  return chosen;
}

/** The emulators as options for the local cloud's program, which does not read these variables. */
export function emulatorFlags(emulators: Emulators): string[] {
  return EMULATED.flatMap((service) => {
    const address = emulators[service];
    return address === undefined ? [] : [`--${service}-emulator`, address];
  });
}

/** The environment for starting a local cloud with the same emulators as in `endpoints`. */
export function environmentOf(endpoints: Endpoints | undefined, env: Environment): Environment {
  const used = endpoints ? emulatorsIn(endpoints) : {};
  return { ...env, ...Object.fromEntries(EMULATED.map((service) => [EMULATOR_VARIABLES[service], used[service]])) };
}

/**
 * Throws ExpectedError if a variable is set and the running local cloud uses something else: data would go to another place
 * than the user expects. If no variable is set, the choice of the local cloud counts.
 */
export function refuseOtherEmulators(running: Endpoints, env: Environment): void {
  const chosen = chosenEmulators(env);
  const used = emulatorsIn(running);
  const different = EMULATED.filter((service) => chosen[service] !== undefined && chosen[service] !== used[service]);
  if (different.length === 0) return;
  const problems = different.map((service) => {
    const place = used[service] === undefined ? 'its own service' : `the emulator at ${used[service]}`;
    return `${EMULATOR_VARIABLES[service]} is ${chosen[service]}, but the running local cloud uses ${place} for ${SERVICE_NAMES[service]}`;
  });
  const variables = different.map((service) => EMULATOR_VARIABLES[service]).join(' ');
  throw new ExpectedError(
    `${problems.join('; ')}. To switch: mymlops-client local down\nTo continue without switching: unset ${variables}`,
  );
}

/** A slow emulator counts as reachable: each call has its own deadline. */
export const isReachable = async (address: string): Promise<boolean> => (await listeningState(address)) !== 'closed';

/** Throws ExpectedError if an emulator cannot be reached. */
export async function requireEmulators(emulators: Emulators): Promise<void> {
  const all = EMULATED.flatMap((service) => {
    const address = emulators[service];
    return address === undefined ? [] : [{ service, address }];
  });
  const found = await Promise.all(all.map(async (one) => ({ ...one, isReachable: await isReachable(one.address) })));
  const missing = found.filter(({ isReachable }) => !isReachable);
  if (missing.length === 0) return;
  const problems = missing.map(
    ({ service, address }) => `Google's ${SERVICE_NAMES[service]} emulator at ${address} is not responding.`,
  );
  const starts = missing.map(({ service, address }) => `gcloud emulators ${service} start --host-port=${address}`);
  const variables = missing.map(({ service }) => EMULATOR_VARIABLES[service]).join(' ');
  throw new ExpectedError(
    `${problems.join(' ')} Start it: ${starts.join('; ')}\nOr stop using it: mymlops-client local down; unset ${variables}`,
  );
}

/**
 * Settles like `work`, or rejects with ExpectedError as soon as one of its emulators is gone: Google's libraries would retry
 * for a long time.
 */
export async function whileEmulatorsAnswer<T>(endpoints: Endpoints | undefined, work: Promise<T>): Promise<T> {
  const emulators = endpoints ? emulatorsIn(endpoints) : {};
  if (Object.keys(emulators).length === 0) return work;
  try {
    return await untilFailure(work, (fail) => {
      const timer = setInterval(() => void requireEmulators(emulators).catch(fail), LOOK_MS);
      return () => clearInterval(timer);
    });
  } catch (error) {
    // The cause may be an emulator that ended since the last check.
    if (!(error instanceof ExpectedError) || error.exitCode === EXIT.error) await requireEmulators(emulators);
    throw error;
  }
}

/** A line to show after a local cloud with emulators has started; undefined if it has none. */
export function emulatorNotice(endpoints: Endpoints): string | undefined {
  const used = Object.entries(emulatorsIn(endpoints)) as [Emulated, string][];
  if (used.length === 0) return undefined;
  const places = used.map(([service, address]) => `${SERVICE_NAMES[service]} is Google's emulator at ${address}`);
  const history =
    endpoints.emulators?.includes('firestore') === true
      ? " Runs in the local cloud's own Firestore are not visible in the emulator, which loses its data when it ends."
      : '';
  return `${places.join(', ')}.${history} An emulator has no access control: anyone who can reach it can run commands here as you.`;
}
