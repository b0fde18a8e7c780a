// Decisions about an instance, and the effects that only instances have.
import type { InstanceState, InstanceStop } from '@mymlops/protocol';
import type { EffectCall, SharedCall } from '../action';
import type { Refusal } from '../vm/capacity';

/** Decisions change the document alone. */
export type InstanceDecision =
  | { do: 'end-period'; stop: InstanceStop }
  | { do: 'give-up'; vm: number; refusal: Refusal; at: string }
  | { do: 'forget'; vm: number }
  | { do: 'propose'; proposal: NonNullable<InstanceState['proposal']> }
  | { do: 'drop-proposal' }
  | { do: 'deleted'; at: string };

/** `place`: a VM for the requested period. `tell`: the VM learns until when it may stay, and of a proposal. */
export type InstanceEffectName = 'place' | 'tell';

/** `vm`: number of the VM. */
export type InstanceStep = EffectCall<InstanceEffectName> | SharedCall;

export type InstanceAction = InstanceDecision | InstanceStep;
