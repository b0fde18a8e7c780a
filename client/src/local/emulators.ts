// Google's emulators in the place of the local cloud's own Firestore and Pub/Sub: which the environment names, which the
// local cloud uses, and whether they are there.
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

/** Those that the environment names. Throws ExpectedError for an address that is not this machine's. */
export function chosenEmulators(env: Environment): Emulators {
  const chosen: Emulators = {};
  for (const service of EMULATED) {
    const variable = EMULATOR_VARIABLES[service];
    const address = env[variable];
    if (!address) continue;
    if (!isLoopbackAddress(address)) {
      throw new ExpectedError(
        `${variable} is ${address}: the local cloud uses an emulator on this machine only, given as 127.0.0.1:PORT, localhost:PORT or [::1]:PORT. Start one here, or run: unset ${variable}`,
        EXIT.usage,
      );
    }
    chosen[service] = address;
  }
  return chosen;
}

/** As options of the local cloud's program, which reads no such variables. */
export function emulatorFlags(emulators: Emulators): string[] {
  return EMULATED.flatMap((service) => {
    const address = emulators[service];
    return address === undefined ? [] : [`--${service}-emulator`, address];
  });
}

/** The environment in which a local cloud is started that uses the same emulators as `endpoints` did. */
export function environmentOf(endpoints: Endpoints | undefined, env: Environment): Environment {
  const used = endpoints ? emulatorsIn(endpoints) : {};
  return { ...env, ...Object.fromEntries(EMULATED.map((service) => [EMULATOR_VARIABLES[service], used[service]])) };
}

/**
 * Where a variable is set, it must name what the running local cloud uses: nothing is written elsewhere than the user
 * thinks. Where none is set, what the cloud uses counts. Throws ExpectedError.
 */
export function refuseOtherEmulators(running: Endpoints, env: Environment): void {
  const chosen = chosenEmulators(env);
  const used = emulatorsIn(running);
  const different = EMULATED.filter((service) => chosen[service] !== undefined && chosen[service] !== used[service]);
  if (different.length === 0) return;
  const facts = different.map((service) => {
    const place = used[service] === undefined ? 'its own' : `the emulator at ${used[service]}`;
    return `${EMULATOR_VARIABLES[service]} is ${chosen[service]}, but the local cloud that runs uses ${place} for ${SERVICE_NAMES[service]}`;
  });
  const variables = different.map((service) => EMULATOR_VARIABLES[service]).join(' ');
  throw new ExpectedError(
    `${facts.join('; ')}. To change over: mymlops-client local down\nTo go on with what it uses: unset ${variables}`,
  );
}

/** One that is slow counts as there: whether it answers in time, each call says itself. */
export const isReachable = async (address: string): Promise<boolean> => (await listeningState(address)) !== 'closed';

/** Throws ExpectedError that names each emulator that is not there, and what to do. */
export async function requireEmulators(emulators: Emulators): Promise<void> {
  const all = EMULATED.flatMap((service) => {
    const address = emulators[service];
    return address === undefined ? [] : [{ service, address }];
  });
  const found = await Promise.all(all.map(async (one) => ({ ...one, isReachable: await isReachable(one.address) })));
  const missing = found.filter(({ isReachable }) => !isReachable);
  if (missing.length === 0) return;
  const facts = missing.map(
    ({ service, address }) => `Google's ${SERVICE_NAMES[service]} emulator at ${address} does not answer.`,
  );
  const starts = missing.map(({ service, address }) => `gcloud emulators ${service} start --host-port=${address}`);
  const variables = missing.map(({ service }) => EMULATOR_VARIABLES[service]).join(' ');
  throw new ExpectedError(
    `${facts.join(' ')} Start it: ${starts.join('; ')}\nOr do without: mymlops-client local down; unset ${variables}`,
  );
}

/** `work`, or, as soon as an emulator that it needs is gone, an ExpectedError: Google's libraries go on asking for long. */
export async function whileEmulatorsAnswer<T>(endpoints: Endpoints | undefined, work: Promise<T>): Promise<T> {
  const emulators = endpoints ? emulatorsIn(endpoints) : {};
  if (Object.keys(emulators).length === 0) return work;
  try {
    return await untilFailure(work, (fail) => {
      const timer = setInterval(() => void requireEmulators(emulators).catch(fail), LOOK_MS);
      return () => clearInterval(timer);
    });
  } catch (error) {
    // What went wrong may well be that, also where the next look had not come yet.
    if (!(error instanceof ExpectedError) || error.exitCode === EXIT.error) await requireEmulators(emulators);
    throw error;
  }
}

/** Said where a local cloud with emulators has started; undefined where it has none. */
export function emulatorNotice(endpoints: Endpoints): string | undefined {
  const used = Object.entries(emulatorsIn(endpoints)) as [Emulated, string][];
  if (used.length === 0) return undefined;
  const places = used.map(([service, address]) => `${SERVICE_NAMES[service]} is Google's emulator at ${address}`);
  const history =
    endpoints.emulators?.includes('firestore') === true
      ? " Runs in the local cloud's own Firestore are not seen through the emulator, which forgets its own when it ends."
      : '';
  return `${places.join(', ')}.${history} An emulator asks nobody who they are: whoever reaches it can run commands here as you.`;
}
