// The deployment settings, `deployment/settings`: what does not follow from the names of project and deployment. A deployment writes
// them last of all, so that there is nothing to talk to before. Clients read them before they send anything.
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1), z.maxLength(200));

/** A later version may say more. */
export const deploymentSettings = z.looseObject({
  v: z.literal(1),
  /** Where buckets, database and functions are; absent on this computer. */
  region: z.optional(text),
  buckets: z.looseObject({ results: text, live: text }),
  /** Ids. */
  topics: z.looseObject({ requests: text, events: text, sweeps: text }),
  /** The version of the functions. */
  version: text,
  /** The oldest version of a client whose requests they take. */
  oldestClient: text,
});
export type DeploymentSettings = z.infer<typeof deploymentSettings>;
