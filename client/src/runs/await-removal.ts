// Awaits the removal of a run by the deployment.
import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../deployment/connect';
import type { RunReader } from '../google/runs';
import { untilAborted } from '../core/interruption';
import { whileConnected } from '../deployment/reconnect';

/** The removal of a run with very many objects takes longer, and continues without the client. */
const REMOVAL_MS = 120_000;

/** `live`: the run became active again before the request arrived, which is then refused. */
export type RemovalEnd = 'removed' | 'live' | 'late' | 'interrupted';

export interface RemovalOptions {
  deployment: Deployment;
  run: string;
  interrupted: AbortSignal;
  removalMs?: number;
}

/** Rejects if the local cloud is lost. May be called again. */
export async function awaitRemoval(options: RemovalOptions): Promise<RemovalEnd> {
  const { deployment, run, interrupted, removalMs = REMOVAL_MS } = options;
  const runs = await deployment.runs();
  const waiting = new AbortController();
  let unsubscribe: (() => void) | undefined;
  const ended = new Promise<RemovalEnd>((resolve, reject) => {
    unsubscribe = runs.watch(
      run,
      (document) => {
        if (!document) resolve('removed');
        else if (document.live && !document.removing) resolve('live');
      },
      reject,
    );
    void delay(removalMs, undefined, { signal: waiting.signal }).then(
      () => resolve('late'),
      () => undefined,
    );
  });
  try {
    return await whileConnected(deployment, untilAborted(interrupted, ended));
  } catch (error) {
    if (interrupted.aborted) return 'interrupted';
    throw error;
  } finally {
    waiting.abort();
    unsubscribe?.();
  }
}

/** Why the run cannot be removed: a live retry resumes from its checkpoint. Undefined if there is none. */
export async function describeDependentRun(
  runs: Pick<RunReader, 'retriesOf' | 'get'>,
  run: string,
): Promise<string | undefined> {
  for (const retry of await runs.retriesOf(run)) {
    const document = await runs.get(retry);
    if (!document?.live || document.end || document.request?.resumeFrom === undefined) continue;
    return `${run} cannot be removed yet: ${retry} (${document.status}) resumes from its checkpoint. Remove it after that run has ended, or end that run now: mymlops-client cancel ${retry}`;
  }
  return undefined;
}
