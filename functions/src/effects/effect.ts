// An effect acts on the cloud for one VM of a document, and returns how its result is merged into the document,
// or undefined when there is nothing new yet (the sweep will ask again). Each may be repeated.
import type { ActingContext, Context } from '../ports/context';
import type { Stored } from '../ports/documents';
import type { PoolChange } from '../ports/slots';

export interface EffectContext extends ActingContext {
  /** The invocation. */
  actor: string;
  /** False when too much time has passed since the document was loaded to act on it. */
  isFresh(): boolean;
}

export interface EffectResult<State> {
  /** Lays the result over whatever the document has become meanwhile. */
  merge(state: State): State;
  /** Slot pools that it was made on: written with it, or not at all, and then the document is looked at anew. */
  pools?: PoolChange[];
  /** Called once the result is written. May be lost: the sweep makes up for it. */
  afterCommit?(): Promise<void>;
}

export type Effect<State> = (
  stored: Stored<State>,
  vm: number,
  context: EffectContext,
) => Promise<EffectResult<State> | undefined>;

/** How long an effect waits for the operation that it started; after that the sweep asks again. */
export const OPERATION_WAIT_SECONDS = 60;

export const timestamp = ({ now }: Pick<Context, 'now'>): string => new Date(now()).toISOString();
