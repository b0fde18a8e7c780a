// Decisions about a run, and the effects that only runs have.
import type { Attempt, Publication, RunEnd } from '@mymlops/protocol';
import type { EffectCall, Removal, SharedCall } from '../action';
import type { Refusal } from '../vm/capacity';

/** Decisions change the document alone. */
export type RunDecision =
  | { do: 'give-up'; attempt: number; givenUp: NonNullable<Attempt['givenUp']>; refusal?: Refusal }
  | { do: 'end'; end: RunEnd; publication?: { state: 'pending' } }
  | { do: 'settle-publication'; publication: Publication }
  | { do: 'clean'; at: string };

export type RunEffectName = 'place' | 'read-outcome' | 'send-result';

/** `vm`: number of the attempt. */
export type RunStep = EffectCall<RunEffectName> | SharedCall;

export type RunAction = RunDecision | RunStep | Removal;
