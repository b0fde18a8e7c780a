// Waits until a run is removed, which the deployment does and not the client.
import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from '../deployment/connect';
import type { Runs } from '../google/runs';
import { untilAborted } from '../core/interruption';
import { whileConnected } from '../deployment/reconnect';

/** A run with very many objects takes longer; it goes on without the client. */
const REMOVAL_MS = 120_000;

/** `live`: the run came to life before the request arrived, which is then refused. */
export type RemovalEnd = 'removed' | 'live' | 'late' | 'interrupted';

export interface RemovalOptions {
  deployment: Deployment;
  run: string;
  interrupted: AbortSignal;
  removalMs?: number;
}

/** Rejects where the cloud is lost. May be called again. */
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

/** Why the run has to stay: a live retry begins with its checkpoint, and without it would begin anew. */
export async function describeDependentRun(
  runs: Pick<Runs, 'retriesOf' | 'get'>,
  run: string,
): Promise<string | undefined> {
  for (const retry of await runs.retriesOf(run)) {
    const document = await runs.get(retry);
    if (!document?.live || document.end || document.request?.resumeFrom === undefined) continue;
    return `${run} holds the checkpoint from which ${retry} resumes, which is ${document.status}. Remove it when that has ended; to end it now: mymlops-client cancel ${retry}`;
  }
  return undefined;
}
