// Who calls Google's services: each of the three functions, a VM, Pub/Sub when it pushes a message, and the client.
import type { Names } from '../naming/names';

/** The entry points of the functions. Each has an account of its own. */
export const FUNCTIONS = ['request', 'event', 'sweep'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** `client` is a person or a pipeline, with an account of its own; all others have accounts of the deployment. */
export const IDENTITIES = [...FUNCTIONS, 'vm', 'push', 'client'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** Email address of an account of the deployment. An organisation's older project, `example.com:project`, has it the other way round. */
export const accountEmail = (identity: Exclude<Identity, 'client'>, { accounts, project }: Names): string =>
  `${accounts[identity]}@${project.split(':').toReversed().join('.')}.iam.gserviceaccount.com`;
