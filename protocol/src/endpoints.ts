// Where the Google APIs of the local cloud listen. Written by the local cloud into its state folder, read by the client
// and the functions; absent on Google, where the libraries know their endpoints.
import { z } from 'zod';

const hostPort = z.string().regex(/^127\.0\.0\.1:\d+$/);

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
});
export type Endpoints = z.infer<typeof endpoints>;

export const ENDPOINTS_FILE = 'endpoints.json';
