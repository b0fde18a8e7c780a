// NAME on the command line -> an existing instance.
import { type InstanceDocument, isRunId, KNOWS_INSTANCES_SINCE } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { ExpectedError } from '../core/errors';
import { EXIT } from '../core/exit-codes';
import { untilAborted } from '../core/interruption';
import { type Deployment, openDeployment, targetFromHere } from '../deployment/connect';
import { requireVersion } from '../deployment/require-version';
import type { InstanceReader } from '../google/instances';

/** One that can be named in requests. */
export type KnownInstance = InstanceDocument & { uid: string };

export interface InstanceTools {
  open: typeof openDeployment;
  now(): Date;
  /** Milliseconds that a command waits for the deployment to act. */
  patienceMs: number;
}

/** Switching a VM off takes a minute or two: https://cloud.google.com/compute/docs/instances/stop-start-instance */
export const INSTANCE_TOOLS: InstanceTools = { open: openDeployment, now: () => new Date(), patienceMs: 180_000 };

/** Throws ExpectedError for a word that means a run. */
function refuseRun(name: string): void {
  if (!isRunId(name) && name !== 'latest') return;
  throw new ExpectedError(
    `${name} is a run, not an instance. To see a run: mymlops-client show RUN; to end it: cancel RUN; to remove it: rm RUN`,
    EXIT.usage,
  );
}

/** Throws ExpectedError if nothing is called so. */
async function findInstance(reader: Pick<InstanceReader, 'get'>, name: string): Promise<KnownInstance> {
  const document = name === '' ? null : await reader.get(name);
  const uid = document?.uid;
  if (document && uid !== undefined && document.status !== 'deleted') return { ...document, uid };
  const why = document?.status === 'deleted' ? `${name} was deleted.` : `There is no instance ${JSON.stringify(name)}.`;
  throw new ExpectedError(`${why} See: mymlops-client ps`, EXIT.notFound);
}

/** Opens the deployment of the project here, calls `work`, and closes it whatever happens. */
export async function withInstance<T>(
  context: Context,
  name: string,
  open: typeof openDeployment,
  work: (found: { deployment: Deployment; document: KnownInstance }) => Promise<T>,
): Promise<T> {
  refuseRun(name);
  const deployment = await open(context, targetFromHere(context));
  try {
    await requireVersion(deployment, KNOWS_INSTANCES_SINCE, 'know instances');
    const reader = await deployment.instances();
    const document = await untilAborted(context.interrupted, findInstance(reader, name));
    return await work({ deployment, document });
  } finally {
    await deployment.close();
  }
}
