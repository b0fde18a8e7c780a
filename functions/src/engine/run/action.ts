// The words that deciding and acting share.
import type { Attempt, Publication, RunEnd, RunState } from '@mymlops/protocol';

/** Decisions change the document alone. */
export type Decision =
  | { do: 'give-up'; attempt: number; givenUp: NonNullable<Attempt['givenUp']>; isDry: boolean }
  | { do: 'end'; end: RunEnd; publication?: { state: 'pending' } }
  | { do: 'settle-publication'; publication: Publication }
  | { do: 'clean'; at: string };

/** Effects touch the cloud, and have a result to be written. */
export type EffectName =
  | 'start'
  | 'insert'
  | 'await-insert'
  | 'guard'
  | 'look-for-signs'
  | 'close'
  | 'read-outcome'
  | 'give-verdict'
  | 'delete'
  | 'release-slots';

export interface EffectCall {
  effect: EffectName;
  attempt: number;
}

/** What is left of a run whose user is done with it is deleted, its document last. */
export interface Removal {
  do: 'remove';
  removing: NonNullable<RunState['removing']>;
}

export type Action = Decision | EffectCall | Removal;

export interface Moment {
  nowMs: number;
  /** The invocation that asks: it owns the intents that it wrote. */
  actor: string;
  /** Why this deployment will not make what the run asks for. Absent where it will, or where nobody acts. */
  refusal?: string;
}

export const isEffect = (action: Action): action is EffectCall => 'effect' in action;

export const isRemoval = (action: Action): action is Removal => !isEffect(action) && action.do === 'remove';

export const timeOf = ({ nowMs }: Moment): string => new Date(nowMs).toISOString();

/** After this an intent of another invocation that shows no result is taken over. */
const TAKE_OVER_MS = 120_000;

/** Whether this invocation may act on an intent: its own, or one that was left lying. */
export function mayAct(decided: { actor: string; at: string }, { actor, nowMs }: Moment): boolean {
  return decided.actor === actor || nowMs - Date.parse(decided.at) > TAKE_OVER_MS;
}
