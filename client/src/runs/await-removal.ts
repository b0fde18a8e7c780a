// Awaits the removal of a run by the deployment.
import type { RunDocument } from '@mymlops/protocol';
import type { Deployment } from '../deployment/connect';
import { awaitDocumentRemoval, type RemovalEnd } from '../following/await-removal';
import type { RunReader } from '../google/runs';

export interface RemovalOptions {
  deployment: Deployment;
  run: string;
  interrupted: AbortSignal;
  removalMs?: number;
}

/** Rejects if the local cloud is lost. May be called again. */
export async function awaitRemoval({ deployment, run, ...options }: RemovalOptions): Promise<RemovalEnd> {
  const { watch } = await deployment.runs();
  const isRefused = ({ live, removing }: RunDocument): boolean => live && !removing;
  return awaitDocumentRemoval({ ...options, deployment, watch, id: run, isRefused });
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
