// Follows a start until the instance is ready, and says how it went.
import { type InstanceDocument, INSTANCE_OBJECTS } from '@mymlops/protocol';
import type { Target } from '../config/target';
import type { Context } from '../core/context';
import { untilAborted } from '../core/interruption';
import type { Deployment } from '../deployment/connect';
import { LOCAL_CLOUD_LOST, withReconnect } from '../deployment/reconnect';
import { awaitDocument } from '../following/await-document';
import { createReporterOf } from '../following/reporter';
import { endOfLog } from '../logs/end-of-log';
import { agentSays, objectsOf } from '../view/instance-facts';
import { instanceLiveText, instanceProgressText, ownEndText } from '../view/instance-lines';
import { printableLine } from '../view/printable';
import { startOutcome, type Started, type StartOutcome } from './start-outcome';

export interface FollowStartOptions {
  context: Context;
  target: Target;
  /** The caller closes it, unless the local cloud ended and was started again. */
  deployment: Deployment;
  name: string;
  started: Started;
}

export type FollowedStart = StartOutcome | { why: 'interrupted'; document: InstanceDocument | null };

/** `use` gets the outcome while the deployment is open; its result is the result. A local cloud that ends is started again. */
export async function followStart<T>(
  { context, target, deployment, name, started }: FollowStartOptions,
  use: (followed: FollowedStart, open: Deployment, say: (line: string) => void) => Promise<T>,
): Promise<T> {
  const reporter = createReporterOf<InstanceDocument>(context, 1, {
    progressText: instanceProgressText,
    liveText: instanceLiveText,
    endLines: () => [],
  });
  const { interrupted } = context;
  let newest: InstanceDocument | null = null;
  let isTold = false;
  try {
    return await withReconnect({ context, target, deployment, say: reporter.say }, async (open) => {
      const { watch } = await open.instances();
      const awaited = await awaitDocument<InstanceDocument, StartOutcome>({
        ...{ deployment: open, watch, id: name, interrupted },
        reached: (document) => {
          const outcome = startOutcome(document, started);
          const isOurs = document?.uid === started.uid && document.started >= started.period;
          newest = isOurs ? document : null;
          if (!outcome) reporter.state(name, newest);
          const failing = outcome || isTold || !newest ? undefined : failingService(newest);
          if (failing !== undefined) {
            isTold = true;
            reporter.say(`${failing} ends again and again. To see why: mymlops-client logs ${name}`);
          }
          return outcome;
        },
      });
      if (awaited.why === 'local-cloud-lost') return LOCAL_CLOUD_LOST;
      reporter.finish();
      const followed: FollowedStart =
        awaited.why === 'reached' ? awaited.result : { why: 'interrupted', document: newest };
      return use(followed, open, context.notice);
    });
  } finally {
    reporter.finish();
  }
}

/** After so many restarts a service most likely never comes up. */
const MANY_RESTARTS = 3;

const failingService = (document: InstanceDocument): string | undefined =>
  Object.entries(agentSays(document)?.services ?? {}).find(
    ([, { state, restarts }]) => state !== 'ready' && restarts >= MANY_RESTARTS,
  )?.[0];

/** For a start that goes on without its client. */
export function leftOnLines(name: string, document: InstanceDocument | null): string[] {
  return [
    `${name} goes on without this command.${document ? ` ${ownEndText(document)}` : ''}`.trimEnd(),
    `  to open it: mymlops-client start ${name}`,
    `  to stop it: mymlops-client stop ${name}`,
  ];
}

/** For a VM that is on and not usable: why, the end of its log, and how to go on. */
export async function unreadyLines(
  name: string,
  document: InstanceDocument,
  { buckets }: Pick<Deployment, 'buckets'>,
  signal: AbortSignal,
): Promise<string[]> {
  const prefix = objectsOf(name, document);
  const { results: bucket } = await untilAborted(signal, buckets());
  const command = `mymlops-client logs ${name}`;
  const log =
    prefix === undefined ? [] : await endOfLog({ bucket, object: `${prefix}${INSTANCE_OBJECTS.log}`, signal, command });
  return [
    `${name} is not ready: ${printableLine(document.message)}`,
    ...log,
    `Its VM is on. ${ownEndText(document)}`.trimEnd(),
    `  after a change of mymlops.yml: mymlops-client stop ${name}, then start ${name}`,
  ];
}
