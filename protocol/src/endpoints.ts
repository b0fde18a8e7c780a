// Where the Google APIs of the local cloud listen. Written by the local cloud into its state folder, read by the client
// and the functions; absent on Google, where the libraries know their endpoints.
import { z } from 'zod';

const hostPort = z.string().regex(/^(127\.0\.0\.1|localhost):\d+$/);

/** What Google has an emulator for that can take the place of the stand-in. */
export const EMULATED = ['firestore', 'pubsub'] as const;
export type Emulated = (typeof EMULATED)[number];

export const endpoints = z.strictObject({
  v: z.literal(1),
  /** Process id of the local cloud. */
  pid: z.number().int().positive(),
  /** A local cloud is the home of one deployment. */
  deployment: z.string(),
  /** Bearer token that every call must carry. */
  token: z.string().min(32),
  firestore: hostPort,
  pubsub: hostPort,
  compute: hostPort,
  storage: hostPort,
  /** Public keys of the VMs' identity tokens, PEM by key id. The functions' alone. */
  identityKeys: z.record(z.string(), z.string()).optional(),
  /** Where not the stand-in listens but Google's emulator. */
  emulators: z.array(z.enum(EMULATED)).optional(),
});
export type Endpoints = z.infer<typeof endpoints>;

export const ENDPOINTS_FILE = 'endpoints.json';

/** The bearer token for a service: ours is not for Google's emulators, which take this word for the owner's. */
export function tokenFor(service: Emulated, { emulators = [], token }: Pick<Endpoints, 'emulators' | 'token'>): string {
  return emulators.includes(service) ? 'owner' : token;
}
