// What an effect is: it acts on the cloud for one attempt, and returns how its result is merged into the run, or
// undefined when there is nothing new yet (the sweep will ask again). Each may be repeated.
import type { Attempt, CommitRequest, RunState } from '@mymlops/protocol';
import type { Context, LimitChange, StoredRun } from '../ports';
import type { Target } from './vm/delete-vm';

export interface Acting extends Context {
  actor: string;
  /** False when too much time has passed since the run was loaded to act on it. */
  isFresh(): boolean;
}

export type Merge = (state: RunState) => RunState;

/** A result that is written together with limits, or not at all: then the run is looked at anew. */
export interface Exchange {
  merge: Merge;
  limits: LimitChange[];
  /** What follows from it once it is written. May be lost: the sweep makes up for it. */
  afterwards?: () => Promise<void>;
}

export type Effect = (stored: StoredRun, attempt: number, acting: Acting) => Promise<Merge | Exchange | undefined>;

/** How long an effect waits for the operation that it started; after that the sweep asks again. */
export const OPERATION_WAIT_SECONDS = 60;

export function requestOf(stored: StoredRun): CommitRequest {
  if (!stored.state.request) throw new Error(`run ${stored.run} has no request`);
  return stored.state.request;
}

export const targetOf = (decided: Attempt['decided'], { vm }: Context): Target => ({
  zone: decided.zone,
  name: decided.vm,
  deployment: vm.deployment,
});

export const timestamp = (context: Context): string => new Date(context.now()).toISOString();
