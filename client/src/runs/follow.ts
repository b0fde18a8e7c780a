// Follows a run: reports its states and its end decision, and returns when its VM is deleted.
import type { RunDocument } from '@mymlops/protocol';
import { followDocument, type FollowDocumentOptions, type FollowEnd } from '../following/follow-document';
import type { Deployment } from '../deployment/connect';

export type Followed = FollowEnd<RunDocument>;

export interface FollowOptions extends Pick<
  FollowDocumentOptions<RunDocument>,
  'interrupted' | 'onState' | 'onEnd' | 'cleaningMs'
> {
  deployment: Deployment;
  run: string;
}

/** Resolves with the first of: VM deleted, time-out after the end, removed, interrupted, local cloud gone. */
export async function followRun({ run, deployment, ...options }: FollowOptions): Promise<Followed> {
  const { watch } = await deployment.runs();
  const isKept = ({ keptUntil, publication }: RunDocument): boolean =>
    keptUntil !== undefined && publication?.state !== 'pending';
  return followDocument({ ...options, deployment, watch, id: run, isKept });
}
