// Where the Google APIs of the local cloud listen. Written by the local cloud into its state folder, read by the client
// and the functions; absent on Google, where the libraries know their endpoints.
import * as z from 'zod/mini';

const LOOPBACK_ADDRESS = /^(127\.0\.0\.1|localhost|\[::1\]):([1-9]\d{0,4})$/;
const hostPort = z.string().check(z.regex(LOOPBACK_ADDRESS));
const token = z.string().check(z.minLength(32));

/** Services of which Google's emulator can replace the stand-in. */
export const EMULATED = ['firestore', 'pubsub'] as const;
export type Emulated = (typeof EMULATED)[number];
/** Addresses of Google's emulators that take the place of ours. */
export type Emulators = Partial<Record<Emulated, string>>;
/** By which Google's own tools say where their emulators are. */
export const EMULATOR_VARIABLES: Record<Emulated, string> = {
  firestore: 'FIRESTORE_EMULATOR_HOST',
  pubsub: 'PUBSUB_EMULATOR_HOST',
};

export const endpoints = z.strictObject({
  v: z.literal(1),
  /** Process id of the local cloud. */
  pid: z.int().check(z.positive()),
  /** A local cloud is the home of one deployment. */
  deployment: z.string(),
  /** Bearer token that every call must carry: the client's own. */
  token,
  firestore: hostPort,
  pubsub: hostPort,
  compute: hostPort,
  storage: hostPort,
  /** Where not the stand-in listens but Google's emulator. */
  emulators: z.optional(z.array(z.enum(EMULATED))),
});
export interface Endpoints extends z.infer<typeof endpoints> {
  /** From LATER_ENDPOINTS_FILE; absent where the local cloud is of a version without it. */
  secrets?: string;
}

/** In a file of their own: an earlier client takes no endpoints with a field that it does not know. */
export const laterEndpoints = z.looseObject({ pid: z.int().check(z.positive()), secrets: hostPort });
export type LaterEndpoints = z.infer<typeof laterEndpoints>;
export const LATER_ENDPOINTS_FILE = 'later-endpoints.json';

/** The same for the functions: all run in one process here, and each calls with a token of its own. */
export const functionsEndpoints = z.extend(z.omit(endpoints, { token: true }), {
  secrets: hostPort,
  tokens: z.strictObject({ request: token, event: token, sweep: token }),
  /** Public keys of the VMs' identity tokens, PEM by key id. */
  identityKeys: z.record(z.string(), z.string()),
});
export type FunctionsEndpoints = z.infer<typeof functionsEndpoints>;

export const ENDPOINTS_FILE = 'endpoints.json';

/**
 * Which folder a record is of, in a lock file and in the record of a VM's process: a copy of a state folder has all records of
 * the original, but the processes that they name are not its own. From stat(2), with bigints.
 */
export const folderIdentity = ({ dev, ino }: { dev: bigint; ino: bigint }): string => `${dev}-${ino}`;

/** Beside the endpoints, in a file of its own: an earlier client takes no endpoints with a field that it does not know. */
export const runningBuild = z.looseObject({ pid: z.int().check(z.positive()), build: z.string() });
export type RunningBuild = z.infer<typeof runningBuild>;
export const RUNNING_BUILD_FILE = 'build.json';
/** Beside the local cloud's program: a hash over it and the functions, written by scripts/build.mjs. */
export const BUILD_FILE = 'build';

/** `127.0.0.1:PORT`, `localhost:PORT` or `[::1]:PORT`. */
export function isLoopbackAddress(text: string): boolean {
  return Number(LOOPBACK_ADDRESS.exec(text)?.[2]) < 65_536;
}

/** An address taken apart; an IPv6 host keeps its brackets, as in a URL. */
export function hostAndPort(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

export function emulatorsIn(endpoints: Endpoints): Emulators {
  return Object.fromEntries((endpoints.emulators ?? []).map((service) => [service, endpoints[service]]));
}

/** The bearer token for a service: ours is not for Google's emulators, which take this word for the owner's. */
export function tokenFor(service: Emulated, { emulators = [], token }: Pick<Endpoints, 'emulators' | 'token'>): string {
  return emulators.includes(service) ? 'owner' : token;
}
